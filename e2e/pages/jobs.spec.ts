import { LOOKS, openAsViewer, overflowOf } from "@/e2e/fixtures/pages";
import { expect, test } from "@/e2e/fixtures/test";

const jobOf = (page: import("@playwright/test").Page, id: string) =>
  page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: id }) });

test("a run that is asked for says in its place how it went, and stands in the list of runs", async ({
  adminPage: page,
  product,
}) => {
  await page.goto("/jobs");
  const job = jobOf(page, "detect-anomalies");
  await expect(job).toContainText("Every hour, on the hour");
  await job.getByRole("button", { name: "Run detect-anomalies now" }).click();
  await expect(job.getByRole("status")).toContainText(/Done in .+ Examined \d/);
  await expect(job.getByRole("status")).toContainText("Asked for by admin");
  await expect(page.getByRole("row").filter({ hasText: "By admin" }).first()).toContainText("1 h until");
  const audits = await product.sql`
    select subject from audit_logs where action = 'run-job' and actor = 'admin' and subject = 'job:detect-anomalies'`;
  expect(audits).not.toHaveLength(0);
});

test("every job can be run, and each says what it did", async ({ adminPage: page }) => {
  await page.goto("/jobs");
  for (const [id, words] of [
    ["drain-events", /Done in .+(Nothing was waiting|Stored)/],
    ["publish-rules", /Done in .+The copy at the edge/],
    ["expire-rules", /Done in .+(No rule was over|Ended)/],
    ["prune-logs", /Done in .+(Nothing was old enough|Dropped)/],
  ] as const) {
    await jobOf(page, id)
      .getByRole("button", { name: `Run ${id} now` })
      .click();
    await expect(jobOf(page, id).getByRole("status")).toContainText(words);
  }
});

test("a job that fails comes first, says since when and why, and no more once it works again", async ({
  adminPage: page,
  product,
}) => {
  const fails = () => product.sql`
    update job_runs set error = 'no space left on device', failing_since = now() - interval '2 hours'
    where job = 'prune-logs'`;
  await expect.poll(async () => (await fails()).count).toBe(1);
  await page.goto("/jobs");
  await expect(page.getByText("One job fails.")).toBeVisible();
  const first = page.getByRole("heading", { level: 3 }).first();
  await expect(first).toContainText("prune-logs");
  await expect(first).toContainText("Failing");
  const job = jobOf(page, "prune-logs");
  await expect(job).toContainText("Failing since 2 h ago");
  await expect(job).toContainText("no space left on device");
  await job.getByRole("button", { name: "Run prune-logs now" }).click();
  await expect(job.getByRole("status")).toContainText("Done in");
  await expect(job).not.toContainText("no space left on device");
  await expect(page.getByText("Every job does its work.")).toBeVisible();
});

test("a wish that nobody takes up, or whose process has died, is not shown as under way for ever", async ({
  adminPage: page,
  product,
}) => {
  const wish = (state: string, ticket: string) => ({
    ticket,
    actor: "ada",
    askedAt: new Date(Date.now() - 60_000).toISOString(),
    startedAt: new Date(Date.now() - 50_000).toISOString(),
    state,
  });
  const note = (job: string, value: object) => product.sql`
    insert into settings (key, value, updated_by) values (${`requested-run:${job}`}, ${product.sql.json(value as never)}, 'ada')
    on conflict (key) do update set value = excluded.value`;
  await note("publish-rules", wish("queued", "one"));
  await note("expire-rules", wish("running", "two"));
  await page.goto("/jobs");
  await expect(jobOf(page, "publish-rules").getByRole("status")).toContainText("Nobody has begun it yet");
  await expect(jobOf(page, "expire-rules").getByRole("status")).toContainText("The run broke off");
});

test("the page learns by itself of a run that somebody else has made", async ({
  adminPage: page,
  product,
}) => {
  await page.goto("/jobs");
  await expect(page.getByRole("heading", { name: "Backlog" })).toBeVisible();
  await expect(page.getByText("Requests are stored as fast as they come.")).toBeVisible();
  await product.cli(["detect", "--window", "2h"]);
  await expect(page.getByRole("row").filter({ hasText: "on the command line" }).first()).toContainText(
    "2 h until",
    {
      timeout: 15_000,
    },
  );
});

test("a viewer sees the jobs and no buttons", async ({ page, product, address }) => {
  await openAsViewer(page, product, "/jobs", address);
  await expect(jobOf(page, "drain-events")).toContainText("Every half second");
  await expect(page.getByRole("button", { name: /Run/ })).toHaveCount(0);
});

for (const { width, colorScheme } of LOOKS) {
  test(`/jobs fits ${width} pixels in ${colorScheme}, without scrolling sideways`, async ({
    adminPage: page,
  }) => {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    await page.goto("/jobs");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Jobs");
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  });
}
