import { beforeEach, expect, test, vi } from "vitest";
import { saveSettingsAction } from "@/app/(dashboard)/settings/actions";
import { requireAdmin } from "@/app/session";
import { changeDetection } from "@/db/detection-settings";
import { AppError } from "@/lib/errors";

vi.mock("next/cache", () => ({ revalidatePath: vi.fn() }));
vi.mock("@/app/session", () => ({ requireAdmin: vi.fn() }));
vi.mock("@/db/client", () => ({ database: vi.fn() }));
vi.mock("@/db/detection-settings", async (original) => ({
  ...(await original<typeof import("@/db/detection-settings")>()),
  changeDetection: vi.fn(),
}));

beforeEach(() => {
  vi.clearAllMocks();
  vi.mocked(requireAdmin).mockResolvedValue({ id: 1, username: "mira", role: "admin", sessionId: "s" });
});

test("a viewer is refused, and nothing is changed", async () => {
  vi.mocked(requireAdmin).mockRejectedValue(new AppError("forbidden", "Only an administrator may do this."));
  expect(await saveSettingsAction({ thresholds: { requests: 5 }, modes: {} })).toEqual({
    ok: false,
    message: "Only an administrator may do this.",
    problems: {},
  });
  expect(changeDetection).not.toHaveBeenCalled();
});

test("thresholds and modes are stored together, in the name of who asks", async () => {
  const asked = { thresholds: { requests: 5, crawlPaths: null }, modes: { crawl: "enforce" as const } };
  expect(await saveSettingsAction(asked)).toEqual({ ok: true });
  expect(vi.mocked(changeDetection).mock.calls[0]?.slice(1)).toEqual([asked, { name: "mira" }]);
});

test("a wrong value is told by its field, with what would be right, and nothing is stored", async () => {
  const asked = { thresholds: { requests: 0, sensitivePaths: ["intern"] }, modes: {} };
  expect(await saveSettingsAction(asked)).toMatchObject({
    ok: false,
    problems: {
      requests: "Enter a whole number from 1 to 1,000,000.",
      sensitivePaths: "intern: A path begins with /, such as /admin/.",
    },
  });
  expect(changeDetection).not.toHaveBeenCalled();
});

test.each([
  { thresholds: { nothing: 5 }, modes: {} },
  { thresholds: {}, modes: { crawl: "sometimes" } },
  { thresholds: { __proto__: 5 }, modes: { nothing: "off" } },
  null,
  "x",
])("what no page sends is refused: %j", async (asked) => {
  expect(await saveSettingsAction(asked as never)).toMatchObject({ ok: false });
  expect(changeDetection).not.toHaveBeenCalled();
});
