import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSite } from "@/cli/test/command-site";
import { runCommand } from "@/cli/test/run-command";
import { verifyPassword } from "@/db/passwords";
import { auditLogs, type User } from "@/db/schema";
import { beginSession, listSessions } from "@/db/sessions";
import { confirmTwoStep, readTwoStep, startTwoStep } from "@/db/two-step";
import { findUser } from "@/db/users";

let site: Awaited<ReturnType<typeof commandSite>>;
beforeAll(async () => {
  site = await commandSite();
});
afterAll(() => site.stop());

describe("users by command", () => {
  test("a user is added with a password that is made and shown once", async () => {
    const { out } = await runCommand("users", "add", "Eva", "--role", "admin", "--generate");
    const password = /Password: (\S+)/.exec(out)?.[1] ?? "";
    expect(out).toContain("Added eva as admin.");
    const user = await findUser(site.db, "eva");
    expect(await verifyPassword(user?.passwordHash ?? null, password)).toBe(true);
    expect(await runCommand("users", "add", "eva", "--generate")).toMatchObject({ code: 1 });
  });

  test("a new password, a new role and the end of the right to sign in end the sessions", async () => {
    await runCommand("users", "add", "omar", "--generate");
    const { id } = (await findUser(site.db, "omar")) as User;
    for (const args of [
      ["password", "omar", "--generate"],
      ["role", "omar", "admin"],
      ["disable", "omar"],
      ["enable", "omar"],
    ]) {
      await beginSession(site.db, id, { network: null, userAgent: "" }, { now: new Date() });
      expect((await runCommand("users", ...args)).code).toBe(0);
      expect(await listSessions(site.db, id)).toEqual([]);
    }
    expect((await runCommand("users", "list")).out).toMatch(/omar {2,}admin {2,}yes {2,}no {2,}never/);
    const listed = await runCommand("users", "list", "--json");
    expect(listed.out).not.toContain("passwordHash");
  });

  test("a user is signed out everywhere, and let in by the password alone again", async () => {
    const eva = (await findUser(site.db, "eva")) as User;
    await beginSession(site.db, eva.id, { network: null, userAgent: "" }, { now: new Date() });
    expect((await runCommand("users", "sign-out", "eva")).out).toContain("1 session ended");
    expect(await listSessions(site.db, eva.id)).toEqual([]);

    const { secret } = await startTwoStep(site.db, eva);
    expect((await runCommand("users", "list")).out).toMatch(/eva {2,}admin {2,}yes {2,}no/);
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    await confirmTwoStep(site.db, eva, code);
    expect((await runCommand("users", "list")).out).toMatch(/eva {2,}admin {2,}yes {2,}yes/);
    expect((await runCommand("users", "two-step", "off", "eva")).out).toContain("is off for eva");
    expect((await readTwoStep(site.db, eva.id)).isOn).toBe(false);
    expect((await runCommand("users", "two-step", "off", "eva")).out).toContain("nothing to turn off");
    expect(await runCommand("users", "two-step", "off", "ghost")).toMatchObject({ code: 1 });
    const actions = (await site.db.select().from(auditLogs)).map(({ action, actor }) => [action, actor]);
    expect(actions).toContainEqual(["sign-out-everywhere", expect.stringMatching(/^cli:/)]);
    expect(actions).toContainEqual(["two-step-off", expect.stringMatching(/^cli:/)]);
  });

  test("the last administrator stays, and nobody is changed who is not there", async () => {
    await runCommand("users", "disable", "omar");
    expect(await runCommand("users", "disable", "eva")).toMatchObject({
      code: 1,
      err: expect.stringContaining("last"),
    });
    expect(await runCommand("users", "role", "ghost", "admin")).toMatchObject({ code: 1 });
    expect(await runCommand("users", "add", "../x", "--generate")).toMatchObject({ code: 2 });
  });
});
