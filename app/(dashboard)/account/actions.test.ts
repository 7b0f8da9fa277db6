import { Secret, TOTP } from "otpauth";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  changePasswordAction,
  confirmTwoStepAction,
  endOtherSessionsAction,
  endSessionAction,
  endTwoStepAction,
  renewRecoveryCodesAction,
  startTwoStepAction,
} from "@/app/(dashboard)/account/actions";
import { userOf } from "@/app/session";
import { auditLogs, type User } from "@/db/schema";
import { listSessions } from "@/db/sessions";
import { readTwoStep } from "@/db/two-step";
import { createUser } from "@/db/users";
import { testSite } from "@/services/test/site";

const scope = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock("next/headers", () => ({ headers: async () => scope.headers }));
vi.mock("next/cache", () => ({ revalidatePath: vi.fn() }));

const site = await testSite();
afterAll(() => site.stop());

const PASSWORD = "a winter's tale of two";
const NEXT_PASSWORD = "four unrelated words here";
let users = 0;
let user: User;
let cookie = "";
// Attempts are counted by the user: each test has one of its own.
beforeEach(async () => {
  const draft = { username: `ada-${++users}`, password: PASSWORD, role: "viewer" } as const;
  user = await createUser(site.db, draft, "root");
  cookie = await site.signedIn(user);
  scope.headers = new Headers({ cookie });
});

const idsOf = async (owner: User) => (await listSessions(site.db, owner.id)).map(({ id }) => id);
const opens = async (value: string) => (await userOf(new Headers({ cookie: value }))) !== null;
const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() });

async function enrol(): Promise<{ secret: string; recovery: string[] }> {
  const started = await startTwoStepAction(PASSWORD);
  if (!started.ok) throw new Error(started.message);
  const { secret } = started.value;
  const confirmed = await confirmTwoStepAction(codeOf(secret));
  if (!confirmed.ok) throw new Error(confirmed.message);
  vi.setSystemTime(Date.now() + 30_000);
  return { secret, recovery: confirmed.value };
}

describe("the own password", () => {
  test("is changed after the present one, and ends the sessions of all other browsers", async () => {
    const other = await site.signedIn(user);
    expect(await changePasswordAction("not the present one", NEXT_PASSWORD)).toEqual({
      ok: false,
      message: "Your present password is not right.",
    });
    expect(await opens(other)).toBe(true);
    expect(await changePasswordAction(PASSWORD, NEXT_PASSWORD)).toEqual({ ok: true, value: null });
    expect(await opens(other)).toBe(false);
    expect(await opens(cookie)).toBe(true);
    expect((await changePasswordAction(PASSWORD, "other unrelated words here")).ok).toBe(false);
  });

  test("is not changed to one that many use", async () => {
    for (const weak of ["short", "Sommer2025!!!", `${user.username}-${user.username}`]) {
      expect((await changePasswordAction(PASSWORD, weak)).ok, weak).toBe(false);
    }
  });

  test("is guessed as seldom here as at the sign-in: ten times a minute", async () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      const outcome = await changePasswordAction(`guess ${attempt}`, NEXT_PASSWORD);
      expect(outcome).toMatchObject({ message: "Your present password is not right." });
    }
    for (const act of [
      () => changePasswordAction(PASSWORD, NEXT_PASSWORD),
      () => startTwoStepAction(PASSWORD),
      () => endTwoStepAction(PASSWORD, "000000"),
    ]) {
      expect(await act()).toMatchObject({ ok: false, message: expect.stringMatching(/^Too many attempts/) });
    }
  });
});

describe("the own sessions", () => {
  test("are ended one by one, and all but this one", async () => {
    const [, one] = [await site.signedIn(user), await site.signedIn(user), await site.signedIn(user)];
    const sessionId = (await userOf(new Headers({ cookie: one })))?.sessionId ?? "";
    expect(await endSessionAction(sessionId)).toEqual({ ok: true, value: null });
    expect(await opens(one)).toBe(false);
    expect(await endOtherSessionsAction()).toEqual({ ok: true, value: 2 });
    expect(await opens(cookie)).toBe(true);
    expect(await idsOf(user)).toHaveLength(1);
  });

  test("are the own ones only: nobody ends another user's, and garbage ends none", async () => {
    const draft = { username: `eve-${users}`, password: PASSWORD, role: "admin" } as const;
    const eve = await createUser(site.db, draft, "root");
    const foreign = await site.signedIn(eve);
    const [foreignId = ""] = await idsOf(eve);
    for (const id of [foreignId, "", "1", "' or true --", null as never, {} as never])
      await endSessionAction(id);
    await endOtherSessionsAction();
    expect(await opens(foreign)).toBe(true);
    expect(await idsOf(user)).toHaveLength(1);
  });
});

describe("two-step sign-in", () => {
  test("is turned on by password and code, and off by both again", async () => {
    expect(await startTwoStepAction("not the password")).toMatchObject({ ok: false });
    const { secret, recovery } = await enrol();
    expect(recovery).toHaveLength(10);
    expect(await endTwoStepAction(PASSWORD, "")).toMatchObject({
      ok: false,
      message: expect.stringContaining("code"),
    });
    expect(await endTwoStepAction(PASSWORD, "000000")).toMatchObject({ ok: false });
    expect(await endTwoStepAction("not the password", codeOf(secret))).toMatchObject({ ok: false });
    expect((await readTwoStep(site.db, user.id)).isOn).toBe(true);
    expect(await endTwoStepAction(PASSWORD, codeOf(secret))).toEqual({ ok: true, value: null });
    expect((await readTwoStep(site.db, user.id)).isOn).toBe(false);
  });

  test("gives new recovery codes for password and code only", async () => {
    const { recovery } = await enrol();
    expect(await renewRecoveryCodesAction(PASSWORD, "")).toMatchObject({ ok: false });
    const renewed = await renewRecoveryCodesAction(PASSWORD, recovery[0] as string);
    expect(renewed).toMatchObject({ ok: true });
    expect(await renewRecoveryCodesAction(PASSWORD, recovery[1] as string)).toMatchObject({ ok: false });
  });

  test("is no oracle for codes: the first one is tried twenty times an hour at most", async () => {
    await startTwoStepAction(PASSWORD);
    const messages: string[] = [];
    for (let attempt = 0; attempt < 22; attempt++) {
      const outcome = await confirmTwoStepAction("000000");
      if (!outcome.ok) messages.push(outcome.message);
    }
    expect(messages.findIndex((message) => message.startsWith("Too many"))).toBe(20);
  });

  test("keeps the QR code within a path of plain commands", async () => {
    const started = await startTwoStepAction(PASSWORD);
    if (!started.ok) throw new Error(started.message);
    expect(started.value.qr.path).toMatch(/^(M\d+ \d+h\d+v1H\d+z)+$/);
  });
});

test("all of it is on record, without a password, a secret or a code", async () => {
  await site.db.delete(auditLogs);
  const { secret, recovery } = await enrol();
  await changePasswordAction(PASSWORD, NEXT_PASSWORD);
  await renewRecoveryCodesAction(NEXT_PASSWORD, recovery[0] as string);
  await endTwoStepAction(NEXT_PASSWORD, codeOf(secret));
  await site.signedIn(user);
  await endOtherSessionsAction();
  const rows = await site.db.select().from(auditLogs).orderBy(auditLogs.id);
  expect(rows.map(({ action }) => action)).toEqual([
    "two-step-on",
    "set-password",
    "renew-recovery-codes",
    "two-step-off",
    "sign-out-everywhere",
  ]);
  expect(rows.every(({ actor, subject }) => actor === user.username && subject === `user:${actor}`)).toBe(
    true,
  );
  const text = JSON.stringify(rows);
  for (const hidden of [PASSWORD, NEXT_PASSWORD, secret, ...recovery]) expect(text).not.toContain(hidden);
});

test("without a session every one of them leads to the sign-in page and does nothing", async () => {
  scope.headers = new Headers();
  const [own] = await idsOf(user);
  const digest = expect.stringContaining("/sign-in?next=%2Faccount");
  for (const act of [
    () => changePasswordAction(PASSWORD, NEXT_PASSWORD),
    () => endSessionAction(own as string),
    () => endOtherSessionsAction(),
    () => startTwoStepAction(PASSWORD),
    () => confirmTwoStepAction("000000"),
    () => renewRecoveryCodesAction(PASSWORD, "000000"),
    () => endTwoStepAction(PASSWORD, "000000"),
  ]) {
    await expect(act()).rejects.toMatchObject({ digest });
  }
  expect(await idsOf(user)).toEqual([own]);
});
