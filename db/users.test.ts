import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { verifyPassword } from "@/db/passwords";
import { auditLogs, users } from "@/db/schema";
import { beginSession, listSessions } from "@/db/sessions";
import {
  amendUser,
  createUser,
  ensureFirstAdmin,
  findUser,
  findUserById,
  listUsers,
  setPassword,
  touchLogin,
} from "@/db/users";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();
beforeEach(async () => {
  await db.delete(users);
  await db.delete(auditLogs);
});

const PASSWORD = "a winter's tale of two";
const ada = { username: "ada", password: PASSWORD, role: "viewer" } as const;
const audit = () => db.select().from(auditLogs).orderBy(auditLogs.id);

describe("a new user", () => {
  test("is stored in lower case, hashed with argon2id at OWASP's cost, with an audit row", async () => {
    const user = await createUser(db, { ...ada, username: "  Ada.L " }, "root");
    expect(user).toMatchObject({ username: "ada.l", role: "viewer", isActive: true });
    expect(user.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await audit()).toMatchObject([
      {
        actor: "root",
        action: "create-user",
        subject: "user:ada.l",
        before: null,
        after: { role: "viewer" },
      },
    ]);
    expect(JSON.stringify(await audit())).not.toContain("winter");
  });

  test("is found in whatever case the name is typed", async () => {
    const { id } = await createUser(db, ada, "root");
    expect((await findUser(db, " ADA "))?.id).toBe(id);
    expect((await findUserById(db, id))?.username).toBe("ada");
    expect(await findUser(db, "grace")).toBeNull();
  });

  test("cannot take a name that exists, in another case either, and leaves no audit row", async () => {
    await createUser(db, ada, "root");
    await expect(createUser(db, { ...ada, username: "ADA" }, "root")).rejects.toMatchObject({
      code: "conflict",
      message: 'There is a user named "ada" already.',
    });
    expect(await audit()).toHaveLength(1);
  });

  test.each(["", "   ", "a b", "-x", "<script>", "x".repeat(65), "a\u0000b", "a\nb", "Detection"])(
    "cannot be named %j",
    async (username) => {
      await expect(createUser(db, { ...ada, username }, "root")).rejects.toMatchObject({ code: "bad-input" });
    },
  );
});

test("a name that no user can have is looked up without an error", async () => {
  expect(await findUser(db, "a\0b")).toBeNull();
  expect(await findUser(db, "x".repeat(100_000))).toBeNull();
});

describe("the first administrator", () => {
  test("is created where there is no user, with a password that is told once", async () => {
    const password = (await ensureFirstAdmin(db)) as string;
    expect(password).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){4}[0-9a-hjkmnp-tv-z]{4}$/);
    const admin = await findUser(db, "admin");
    expect(admin).toMatchObject({ role: "admin", isActive: true });
    expect(await verifyPassword(admin?.passwordHash ?? null, password)).toBe(true);
    expect(JSON.stringify(await audit())).not.toContain(password);
    expect(await ensureFirstAdmin(db)).toBeNull();
  });

  test("is not created where any user exists", async () => {
    await createUser(db, ada, "root");
    expect(await ensureFirstAdmin(db)).toBeNull();
    expect(await listUsers(db)).toHaveLength(1);
  });

  test("takes a given name and password, and does not repeat that password", async () => {
    expect(await ensureFirstAdmin(db, { username: "Chief", password: PASSWORD })).toBeNull();
    const chief = await findUser(db, "chief");
    expect(await verifyPassword(chief?.passwordHash ?? null, PASSWORD)).toBe(true);
  });

  test("is one only, when several starts race", async () => {
    const results = await Promise.all(
      [1, 2, 3, 4].map((n) => ensureFirstAdmin(db, { username: `admin${n}` })),
    );
    expect(results.filter((password) => password !== null)).toHaveLength(1);
    expect(await listUsers(db)).toHaveLength(1);
  });
});

const begin = (userId: number) =>
  beginSession(db, userId, { network: null, userAgent: "" }, { now: new Date() });

test("a new password works at once and ends every session but the one in which it was set", async () => {
  const { id } = await createUser(db, ada, "root");
  const own = await begin(id);
  await begin(id);
  await setPassword(db, id, "another tale of two", "ada", own);
  expect((await listSessions(db, id)).map((session) => session.id)).toEqual([own]);
  await setPassword(db, id, "another tale entirely", "root");
  expect(await listSessions(db, id)).toEqual([]);
  const user = await findUserById(db, id);
  expect(await verifyPassword(user?.passwordHash ?? null, PASSWORD)).toBe(false);
  expect(await verifyPassword(user?.passwordHash ?? null, "another tale entirely")).toBe(true);
  expect((await audit()).at(-1)).toMatchObject({
    action: "set-password",
    before: null,
    after: { sessions: 1 },
  });
});

test("a refused password changes nothing", async () => {
  const { id } = await createUser(db, ada, "root");
  await begin(id);
  await expect(setPassword(db, id, "password1234", "root")).rejects.toMatchObject({ code: "bad-input" });
  await expect(setPassword(db, 999_999, PASSWORD, "root")).rejects.toMatchObject({ code: "not-found" });
  expect(await listSessions(db, id)).toHaveLength(1);
});

test("a change of role or a lock ends every session and is on record", async () => {
  await createUser(db, { ...ada, username: "chief", role: "admin" }, "root");
  const { id } = await createUser(db, ada, "root");
  await begin(id);
  expect(await amendUser(db, id, { isActive: true }, "chief")).toMatchObject({ isActive: true });
  expect(await listSessions(db, id)).toHaveLength(1);
  expect(await amendUser(db, id, { isActive: false }, "chief")).toMatchObject({ isActive: false });
  expect(await listSessions(db, id)).toEqual([]);
  expect((await audit()).at(-1)).toMatchObject({
    actor: "chief",
    action: "amend-user",
    before: { role: "viewer", isActive: true },
    after: { role: "viewer", isActive: false },
  });
});

test("the last administrator cannot be locked out or demoted, nor two by each other at once", async () => {
  const one = await createUser(db, { ...ada, username: "one", role: "admin" }, "root");
  await expect(amendUser(db, one.id, { isActive: false }, "one")).rejects.toMatchObject({ code: "conflict" });
  await expect(amendUser(db, one.id, { role: "viewer" }, "one")).rejects.toMatchObject({ code: "conflict" });
  const two = await createUser(db, { ...ada, username: "two", role: "admin" }, "root");
  const both = await Promise.allSettled([
    amendUser(db, one.id, { role: "viewer" }, "two"),
    amendUser(db, two.id, { role: "viewer" }, "one"),
  ]);
  expect(both.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("the time of the last sign-in is kept", async () => {
  const { id } = await createUser(db, ada, "root");
  const at = new Date("2026-03-01T12:00:00Z");
  await touchLogin(db, id, at);
  const [row] = await db.select({ at: users.lastLoginAt }).from(users).where(eq(users.id, id));
  expect(row?.at).toEqual(at);
});
