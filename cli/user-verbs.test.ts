import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSite } from "@/cli/test/command-site";
import { runCommand } from "@/cli/test/run-command";
import { verifyPassword } from "@/db/passwords";
import type { User } from "@/db/schema";
import { beginSession, listSessions } from "@/db/sessions";
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
    expect((await runCommand("users", "list")).out).toMatch(/omar {2,}admin {2,}yes {2,}never/);
    const listed = await runCommand("users", "list", "--json");
    expect(listed.out).not.toContain("passwordHash");
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
