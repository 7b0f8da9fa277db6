import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSite, isBlocked } from "@/cli/test/command-site";
import { runCommand, spawnCommand } from "@/cli/test/run-command";

let site: Awaited<ReturnType<typeof commandSite>>;
beforeAll(async () => {
  site = await commandSite();
});
afterAll(() => site.stop());

describe("why", () => {
  test("names the rule with reason, origin and end, and what each stage said", async () => {
    await runCommand(
      "block",
      "203.0.113.60",
      "--reason",
      "Password guessing",
      "--for",
      "7d",
      "--note",
      "ticket 42",
    );
    const { out } = await runCommand(
      "why",
      "203.0.113.60",
      "--path",
      "/ip-tracking/login/",
      "--method",
      "post",
    );
    expect(out).toContain("203.0.113.60 (203.0.113.0/24 · ");
    expect(out).toContain("POST /ip-tracking/login/");
    expect(out).toMatch(/Refused with 403, by block rule \d+\./);
    expect(out).toMatch(/Reason +Password guessing\n +Note +ticket 42\n +Origin +cli, by cli:/);
    expect(out).toMatch(/In force +until .*, in 7 d/);
    expect(out).toMatch(/block rules +Block rule \d+ holds\. {2}<- decides/);
  });

  test("tells the limit that an address without a rule is under, and counts nothing", async () => {
    for (let time = 0; time < 6; time++) {
      const { out } = await runCommand("why", "203.0.113.61", "--path", "/ip-tracking/test-geo/");
      expect(out).toContain("Let in, 5 times in 60 s, then 429 (policy test-geo).");
    }
  });
});

describe("operation by command", () => {
  test("status tells what answers, waits and is published, as text and as JSON", async () => {
    const { code, out } = await runCommand("status");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Gatehouse {3}not run from this folder\nDatabase {4}answers\nEdge store {2}answers\nBacklog {5}0 events/,
    );
    const json = JSON.parse((await runCommand("status", "--json")).out);
    expect(json).toMatchObject({ database: true, edgeStore: "answers", stats: { waitingEvents: 0 } });
    expect(json.publication.entries).toBeGreaterThan(0);
  });

  test("drain says what it stored", async () => {
    expect(await runCommand("drain")).toMatchObject({ code: 0, out: "Stored 0 requests.\n" });
  });
});

describe("the program", { timeout: 60_000 }, () => {
  test("ends by itself, with the code and the words of its command", async () => {
    const blocked = await spawnCommand(site.env, "block", "203.0.113.70", "--reason", "By program");
    expect(blocked).toMatchObject({ code: 0, err: "", out: expect.stringContaining("Blocked 203.0.113.70") });
    expect(await isBlocked("203.0.113.70")).toBe(true);
  });

  test("says 2 and shows the help for a command that there is not", async () => {
    const { code, out, err } = await spawnCommand({}, "blok", "203.0.113.71");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("unknown command 'blok'");
    expect(err).toContain("refuse an address or a range at every door");
  });

  test("says 1 and what to do where no Gatehouse runs", async () => {
    const { code, err } = await spawnCommand({ GATEHOUSE_DIR: site.folder }, "block", "203.0.113.72");
    expect(code).toBe(1);
    expect(err).toBe(
      "Gatehouse is not running here: start it with npm start, or set DATABASE_URL and UPSTASH_REDIS_REST_URL.\n",
    );
  });

  test("does not hang on a database that is gone", async () => {
    const url = "postgres://nobody@127.0.0.1:1/none";
    const startedAt = performance.now();
    const { code, err } = await spawnCommand({ ...site.env, DATABASE_URL: url }, "rules");
    expect(code).toBe(1);
    expect(err).toMatch(/^The database does not answer \(.*127\.0\.0\.1:1\)\.\n$/);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});
