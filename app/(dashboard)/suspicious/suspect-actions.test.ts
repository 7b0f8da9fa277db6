import { beforeEach, expect, test, vi } from "vitest";
import {
  blockSuspectsAction,
  changeSuspectsAction,
  detectSuspectsAction,
  undoSuspectsAction,
} from "@/app/(dashboard)/suspicious/suspect-actions";
import { requireAdmin } from "@/app/session";
import { writeAudit } from "@/db/audit-logs";
import {
  blockSuspicious,
  ignoreSuspicious,
  reopenSuspicious,
  resolveSuspicious,
  type SuspicionChange,
  unblockSuspicious,
  undoSuspicious,
} from "@/db/suspicion-verbs";
import { requestDetection } from "@/inngest/detection-request";
import { AppError } from "@/lib/errors";

vi.mock("next/cache", () => ({ revalidatePath: vi.fn() }));
vi.mock("@/app/session", () => ({
  requireAdmin: vi.fn(),
  actorOf: vi.fn(async ({ username }) => ({ name: username, origin: "manual", ownIp: null })),
}));
vi.mock("@/db/suspicion-verbs", () => ({
  TARGETS_MAX: 500,
  blockSuspicious: vi.fn(),
  ignoreSuspicious: vi.fn(),
  reopenSuspicious: vi.fn(),
  resolveSuspicious: vi.fn(),
  unblockSuspicious: vi.fn(),
  undoSuspicious: vi.fn(),
}));
vi.mock("@/db/audit-logs", () => ({ writeAudit: vi.fn() }));
vi.mock("@/db/client", () => ({ database: vi.fn() }));
vi.mock("@/inngest/detection-request", () => ({ requestDetection: vi.fn() }));

const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const block = { ids: "3,4", duration: "24h", reason: "Spam" };
const change: SuspicionChange = { changed: [3], refused: [], undo: [], published: true };
const VERBS = [blockSuspicious, ignoreSuspicious, reopenSuspicious, resolveSuspicious, unblockSuspicious];

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(requireAdmin).mockResolvedValue({ id: 1, username: "mira", role: "admin", sessionId: "s" });
  for (const verb of [...VERBS, undoSuspicious]) vi.mocked(verb).mockResolvedValue(change);
});

test("a viewer is refused by every action, and nothing is changed", async () => {
  vi.mocked(requireAdmin).mockRejectedValue(new AppError("forbidden", "Only an administrator may do this."));
  const refused = { ok: false, message: "Only an administrator may do this." };
  expect(await blockSuspectsAction(form(block))).toEqual(refused);
  expect(await changeSuspectsAction("ignore", [3])).toEqual(refused);
  expect(await undoSuspectsAction([{ id: 3, status: "open" }], true)).toEqual(refused);
  expect(await detectSuspectsAction()).toEqual(refused);
  for (const verb of [...VERBS, undoSuspicious, requestDetection, writeAudit]) {
    expect(verb).not.toHaveBeenCalled();
  }
});

test("a block goes to all that are named, until its end, in the name of who asked", async () => {
  expect(await blockSuspectsAction(form(block))).toEqual({ ok: true, ...change });
  const [ids, asked, actor] = vi.mocked(blockSuspicious).mock.calls[0] ?? [];
  expect(ids).toEqual([3, 4]);
  expect(asked).toMatchObject({ reason: "Spam", scope: "target", force: false });
  expect(asked?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  expect(actor).toMatchObject({ name: "mira", origin: "manual" });
});

test.each([
  [{ ...block, ids: "" }, "Choose at least one address."],
  [{ ...block, ids: "3,x" }, "Which addresses is not said."],
  [{ ...block, ids: Array.from({ length: 501 }, (_, id) => id + 1).join(",") }, "At most 500 at once."],
  [{ ...block, duration: "1y" }, "Choose how long the rule is to hold."],
  [{ ...block, scope: "world" }, "Choose the address or its network."],
])("says which field of a block is not right: %#", async (fields, message) => {
  expect(await blockSuspectsAction(form(fields))).toEqual({ ok: false, message });
  expect(blockSuspicious).not.toHaveBeenCalled();
});

test("each verb does its own, and no other word is one", async () => {
  for (const [name, verb] of [
    ["ignore", ignoreSuspicious],
    ["resolve", resolveSuspicious],
    ["reopen", reopenSuspicious],
    ["unblock", unblockSuspicious],
  ] as const) {
    expect(await changeSuspectsAction(name, [3])).toMatchObject({ ok: true });
    expect(verb).toHaveBeenCalledOnce();
  }
  expect(await changeSuspectsAction("constructor" as "ignore", [3])).toMatchObject({ ok: false });
  expect(await changeSuspectsAction("ignore", ["3; drop"] as unknown as number[])).toMatchObject({
    ok: false,
  });
});

test("what is taken back is checked like anything that a browser sends", async () => {
  await undoSuspectsAction([{ id: 3, status: "open" }], true);
  expect(vi.mocked(undoSuspicious).mock.calls[0]?.slice(0, 2)).toEqual([
    [{ id: 3, status: "open" }],
    { endBlocks: true },
  ]);
  const wrong = [{ id: 3, status: "gone" }] as unknown as SuspicionChange["undo"];
  expect(await undoSuspectsAction(wrong, true)).toMatchObject({ ok: false });
});

test("a detection is asked for over the last day, and leaves its trace", async () => {
  expect(await detectSuspectsAction()).toMatchObject({ ok: true });
  expect(vi.mocked(requestDetection).mock.calls[0]?.[1]).toEqual({
    window: "24h",
    actor: "mira",
    trigger: "manual",
  });
  expect(vi.mocked(writeAudit).mock.calls[0]?.[1]).toMatchObject({
    actor: "mira",
    action: "request-detection",
  });
});

test("a surprise stays an error", async () => {
  vi.mocked(ignoreSuspicious).mockRejectedValue(new Error("connection lost"));
  await expect(changeSuspectsAction("ignore", [3])).rejects.toThrow("connection lost");
});
