import { Secret, TOTP } from "otpauth";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { auditLogs, twoStepEnrolments, type User, users } from "@/db/schema";
import {
  confirmTwoStep,
  endTwoStep,
  readTwoStep,
  renewRecoveryCodes,
  spendCode,
  startTwoStep,
} from "@/db/two-step";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();
process.env.EVENT_SEAL_KEY = "a key for what a test seals";
process.env.SITE_NAME = "Gate";

let ada: User;
beforeEach(async () => {
  await db.delete(users);
  await db.delete(auditLogs);
  const [row] = await db
    .insert(users)
    .values({ username: "ada", passwordHash: "-", role: "viewer" })
    .returning();
  ada = row as User;
});

const NOW = new Date("2026-03-01T12:00:10Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const codeOf = (secret: string, moment: Date) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: moment.getTime() });

async function enrol(): Promise<{ secret: string; recovery: string[] }> {
  const { secret } = await startTwoStep(db, ada, NOW);
  const recovery = await confirmTwoStep(db, ada, codeOf(secret, at(-300)), at(-300));
  return { secret, recovery };
}

describe("the codes", () => {
  // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
  test.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("are those of RFC 6238 at %d seconds", async (seconds, code) => {
    const secret = Secret.fromUTF8("12345678901234567890").base32;
    vi.spyOn(Secret.prototype, "base32", "get").mockReturnValueOnce(secret);
    await startTwoStep(db, ada, NOW);
    expect(await confirmTwoStep(db, ada, code, new Date(seconds * 1000))).toHaveLength(10);
  });

  test("are good in their own half minute, the one before and the one after, and in no other", async () => {
    const { secret } = await enrol();
    for (const [seconds, expected] of [
      [-90, null],
      [-60, null],
      [60, null],
      [90, null],
      [-30, "app"],
      [0, "app"],
      [30, "app"],
    ] as const) {
      expect(await spendCode(db, ada, codeOf(secret, at(seconds)), NOW), `${seconds} s`).toBe(expected);
    }
  });

  test("are good once, also where the same one comes five times at once", async () => {
    const { secret } = await enrol();
    const code = codeOf(secret, NOW);
    const all = await Promise.all(Array.from({ length: 5 }, () => spendCode(db, ada, code, NOW)));
    expect(all.filter((kind) => kind === "app")).toHaveLength(1);
    expect(await spendCode(db, ada, code, at(20))).toBeNull();
    expect(await spendCode(db, ada, codeOf(secret, at(-30)), NOW), "an older one").toBeNull();
    expect(await spendCode(db, ada, codeOf(secret, at(30)), at(30))).toBe("app");
  });

  test("that turned it on signs nobody in", async () => {
    const { secret } = await startTwoStep(db, ada, NOW);
    const code = codeOf(secret, NOW);
    await confirmTwoStep(db, ada, code, NOW);
    expect(await spendCode(db, ada, code, NOW)).toBeNull();
  });

  test("are taken as people type them, and garbage is none", async () => {
    const { secret } = await enrol();
    for (const garbage of ["", "12345", "1234567", "abcdef", "১২৩৪৫৬", "000000000000", "' or 1=1", "\0"])
      expect(await spendCode(db, ada, garbage, NOW), garbage).toBeNull();
    const code = codeOf(secret, NOW);
    expect(await spendCode(db, ada, ` ${code.slice(0, 3)} ${code.slice(3)}`, NOW)).toBe("app");
  });
});

describe("recovery codes", () => {
  test("are ten, each good once, in whatever case and with or without hyphens", async () => {
    const { recovery } = await enrol();
    expect(new Set(recovery).size).toBe(10);
    const [one = "", two = "", three = ""] = recovery;
    expect(one).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){2}[0-9a-hjkmnp-tv-z]{4}$/);
    expect(await spendCode(db, ada, one, NOW)).toBe("recovery");
    expect(await spendCode(db, ada, one, NOW)).toBeNull();
    expect(await spendCode(db, ada, two.toUpperCase().replaceAll("-", ""), NOW)).toBe("recovery");
    const race = await Promise.all([1, 2, 3].map(() => spendCode(db, ada, three, NOW)));
    expect(race.filter(Boolean)).toHaveLength(1);
    expect(await readTwoStep(db, ada.id)).toMatchObject({ isOn: true, recoveryCodesLeft: 7 });
  });

  test("that are made anew replace the old ones", async () => {
    const { recovery } = await enrol();
    const fresh = await renewRecoveryCodes(db, ada);
    expect(await spendCode(db, ada, recovery[0] as string, NOW)).toBeNull();
    expect(await spendCode(db, ada, fresh[0] as string, NOW)).toBe("recovery");
  });

  test("of one user are nothing to another", async () => {
    const { recovery } = await enrol();
    const [row] = await db
      .insert(users)
      .values({ username: "eve", passwordHash: "-", role: "viewer" })
      .returning();
    const eve = row as User;
    const { secret } = await startTwoStep(db, eve, NOW);
    await confirmTwoStep(db, eve, codeOf(secret, NOW), NOW);
    expect(await spendCode(db, eve, recovery[0] as string, NOW)).toBeNull();
  });
});

describe("turning it on", () => {
  test("takes a right code; until then it is off, and the secret may be made anew", async () => {
    const { secret: first } = await startTwoStep(db, ada, NOW);
    const { secret, uri } = await startTwoStep(db, ada, NOW);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(uri).toBe(
      `otpauth://totp/Gate:ada?issuer=Gate&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    await expect(confirmTwoStep(db, ada, codeOf(first, NOW), NOW)).rejects.toMatchObject({
      code: "bad-input",
    });
    expect(await readTwoStep(db, ada.id)).toEqual({ isOn: false, since: null, recoveryCodesLeft: 0 });
    expect(await spendCode(db, ada, codeOf(secret, NOW), NOW)).toBeNull();
    await confirmTwoStep(db, ada, codeOf(secret, NOW), NOW);
    expect(await readTwoStep(db, ada.id)).toEqual({ isOn: true, since: NOW, recoveryCodesLeft: 10 });
  });

  test("cannot be done over what is on", async () => {
    const { secret } = await enrol();
    await expect(startTwoStep(db, ada, NOW)).rejects.toMatchObject({ code: "conflict" });
    await expect(confirmTwoStep(db, ada, codeOf(secret, NOW), NOW)).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await spendCode(db, ada, codeOf(secret, NOW), NOW)).toBe("app");
  });
});

test("neither secret nor recovery code stands in the database or in the audit rows", async () => {
  const { secret, recovery } = await enrol();
  await renewRecoveryCodes(db, ada);
  await endTwoStep(db, ada, "cli:root");
  await enrol();
  const rows = JSON.stringify([await db.select().from(twoStepEnrolments), await db.select().from(auditLogs)]);
  for (const text of [secret, Buffer.from(Secret.fromBase32(secret).bytes).toString("hex"), ...recovery])
    expect(rows).not.toContain(text);
  const actions = (await db.select().from(auditLogs).orderBy(auditLogs.id)).map(({ action }) => action);
  expect(actions).toEqual(["two-step-on", "renew-recovery-codes", "two-step-off", "two-step-on"]);
});

test("a sealed secret opens for its own user and under its own key only", async () => {
  const { secret, recovery } = await enrol();
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  process.env.EVENT_SEAL_KEY = "another key";
  expect(await spendCode(db, ada, codeOf(secret, NOW), NOW)).toBeNull();
  expect(await spendCode(db, ada, recovery[0] as string, NOW)).toBeNull();
  expect(said.mock.calls.flat().join()).toContain("gatehouse users two-step off ada");
  process.env.EVENT_SEAL_KEY = "a key for what a test seals";
  const [row] = await db
    .insert(users)
    .values({ username: "eve", passwordHash: "-", role: "viewer" })
    .returning();
  await db.update(twoStepEnrolments).set({ userId: (row as User).id });
  expect(await spendCode(db, row as User, codeOf(secret, NOW), NOW)).toBeNull();
  said.mockRestore();
});
