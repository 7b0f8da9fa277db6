import { beforeEach, expect, test, vi } from "vitest";
import { askForRunAction } from "@/app/(dashboard)/jobs/actions";
import { jobsPath, readRunsAsked } from "@/app/(dashboard)/jobs/runs-query";
import { requireAdmin } from "@/app/session";
import { requestRun } from "@/inngest/run-request";
import { AppError } from "@/lib/errors";

vi.mock("next/cache", () => ({ revalidatePath: vi.fn() }));
vi.mock("@/app/session", () => ({ requireAdmin: vi.fn() }));
vi.mock("@/inngest/run-request", () => ({ requestRun: vi.fn() }));
vi.mock("@/db/client", () => ({ database: vi.fn() }));

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(requireAdmin).mockResolvedValue({ id: 1, username: "mira", role: "admin", sessionId: "s" });
});

test("a viewer is refused, and nothing is asked for", async () => {
  vi.mocked(requireAdmin).mockRejectedValue(new AppError("forbidden", "Only an administrator may do this."));
  expect(await askForRunAction("drain-events")).toEqual({
    ok: false,
    message: "Only an administrator may do this.",
  });
  expect(requestRun).not.toHaveBeenCalled();
});

test("a run is asked for in the name of who asks", async () => {
  expect(await askForRunAction("drain-events")).toEqual({ ok: true });
  expect(vi.mocked(requestRun).mock.calls[0]?.slice(1)).toEqual(["drain-events", { name: "mira" }]);
});

test("what can be explained is told to the page, a surprise stays an error", async () => {
  vi.mocked(requestRun).mockRejectedValue(new AppError("unavailable", "Inngest did not take the event."));
  expect(await askForRunAction("drain-events")).toMatchObject({
    ok: false,
    message: expect.stringContaining("Inngest"),
  });
  vi.mocked(requestRun).mockRejectedValue(new Error("connection lost"));
  await expect(askForRunAction("drain-events")).rejects.toThrow("connection lost");
});

test("what the query string of the page asks for is kept, and nonsense is left out", () => {
  expect(readRunsAsked({ runs: "manual", before: "12" })).toEqual({ kind: "manual", before: 12 });
  expect(jobsPath({ kind: "manual", before: 12 })).toBe("/jobs?runs=manual&before=12");
  for (const runs of ["toString", "", "nothing"]) {
    expect(readRunsAsked({ runs, before: "-1" })).toEqual({ kind: "all", before: null });
  }
  expect(jobsPath(readRunsAsked({}))).toBe("/jobs");
});
