import { beforeEach, expect, test, vi } from "vitest";
import {
  amendRuleAction,
  countNeighboursAction,
  endRuleAction,
  restoreRuleAction,
  saveRuleAction,
} from "@/app/(dashboard)/rule-actions";
import { requireAdmin } from "@/app/session";
import { amendRule, endRule, restoreRule, saveRule } from "@/db/enforcement";
import { countNeighbours } from "@/db/request-logs";
import { AppError } from "@/lib/errors";

vi.mock("next/cache", () => ({ revalidatePath: vi.fn() }));
vi.mock("@/app/session", () => ({
  requireAdmin: vi.fn(),
  actorOf: vi.fn(async ({ username }) => ({ name: username, origin: "manual", ownIp: null })),
}));
vi.mock("@/db/enforcement", () => ({
  saveRule: vi.fn(),
  amendRule: vi.fn(),
  endRule: vi.fn(),
  restoreRule: vi.fn(),
}));
vi.mock("@/db/request-logs", () => ({ countNeighbours: vi.fn(async () => 3) }));
vi.mock("@/db/client", () => ({ database: vi.fn() }));

const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const block = form({ action: "block", target: "203.0.113.7", reason: "Spam", duration: "1h" });
const change = form({ id: "7", reason: "Spam", note: "", duration: "keep" });
const rule = { id: 7, label: "203.0.113.7" } as Awaited<ReturnType<typeof saveRule>>["rule"];

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(requireAdmin).mockResolvedValue({ id: 1, username: "mira", role: "admin", sessionId: "s" });
});

test("a viewer is refused by every action, and nothing is changed", async () => {
  vi.mocked(requireAdmin).mockRejectedValue(new AppError("forbidden", "Only an administrator may do this."));
  const refused = { ok: false, message: "Only an administrator may do this.", mayForce: false };
  expect(await saveRuleAction(block)).toEqual(refused);
  expect(await amendRuleAction(change)).toEqual(refused);
  expect(await endRuleAction(7)).toEqual(refused);
  expect(await restoreRuleAction(7)).toEqual(refused);
  await expect(countNeighboursAction("203.0.113.0/24", "0".repeat(32))).rejects.toThrow("administrator");
  for (const verb of [saveRule, amendRule, endRule, restoreRule, countNeighbours]) {
    expect(verb).not.toHaveBeenCalled();
  }
});

test("a rule is saved in the name of who asked, and the page hears whether it is in force", async () => {
  vi.mocked(saveRule).mockResolvedValue({ rule, outcome: "created", published: false });
  expect(await saveRuleAction(block)).toEqual({
    ok: true,
    ruleId: 7,
    label: "203.0.113.7",
    outcome: "created",
    isPublished: false,
  });
  expect(vi.mocked(saveRule).mock.calls[0]?.[1]).toMatchObject({ name: "mira", origin: "manual" });
});

test("what is protected can be asked for again with emphasis, in words for a page", async () => {
  const message = "That would block the address of your own session.";
  vi.mocked(saveRule).mockRejectedValue(new AppError("protected", message));
  expect(await saveRuleAction(block)).toEqual({ ok: false, message, mayForce: true });
  vi.mocked(saveRule).mockRejectedValue(new AppError("bad-input", message));
  expect(await saveRuleAction(block)).toEqual({ ok: false, message, mayForce: false });
});

test("a surprise stays an error", async () => {
  vi.mocked(endRule).mockRejectedValue(new Error("connection lost"));
  await expect(endRuleAction(7)).rejects.toThrow("connection lost");
});

test("neighbours are counted only of a network and for a visitor", async () => {
  expect(await countNeighboursAction("203.0.113.0/24", "0".repeat(32))).toBe(3);
  expect(await countNeighboursAction("0.0.0.0/0", "0".repeat(32))).toBeNull();
  expect(await countNeighboursAction("203.0.113.0/24", "x")).toBeNull();
});
