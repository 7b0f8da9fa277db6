import { hash } from "@node-rs/argon2";
import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { users } from "@/db/schema";
import { listSessions } from "@/db/sessions";
import { signIn } from "@/db/sign-in";
import { amendUser, createUser, findUserById, setPassword } from "@/db/users";
import type { LimitResult, RateLimiter } from "@/lib/guard/rate-limit";
import { parseIp } from "@/lib/ip";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();

const PASSWORD = "a winter's tale of two";
beforeAll(() => createUser(db, { username: "ada", password: PASSWORD, role: "admin" }, "root"));

function fakeLimiter(outcomes: Partial<Record<string, LimitResult["outcome"]>> = {}) {
  const asked: unknown[] = [];
  const limiter: RateLimiter = {
    async check(policyId, identity) {
      asked.push([policyId, identity]);
      const state = { policy: policyId, limit: 5, windowSeconds: 60, remaining: 4, resetSeconds: 60 };
      return { outcome: outcomes[policyId] ?? "within", states: [state], retryAfterSeconds: 7 };
    },
  };
  return { asked, limiter };
}

const untouchable = new Proxy(db, {
  get() {
    throw new Error("the database has been asked");
  },
});
const ip = parseIp("192.0.2.1");
if (!ip) throw new Error("no address");
const client = { kind: "anonymous", ip } as const;
const origin = { network: "192.0.2.0/24", userAgent: "" };
const attempt = {
  username: " ADA ",
  password: PASSWORD,
  code: null,
  client,
  counted: null,
  origin,
  replaces: null,
  visit: {},
};

test("an attempt is counted by its address and by the username as it is stored", async () => {
  const { asked, limiter } = fakeLimiter();
  const result = await signIn(db, limiter, attempt);
  expect(result).toMatchObject({
    outcome: "signed-in",
    user: { username: "ada", role: "admin", sessionId: expect.any(String) },
  });
  expect(result.states.map((state) => state.policy)).toEqual(["login", "login-username"]);
  expect(asked).toEqual([
    ["login", client],
    ["login-username", { kind: "key", key: "ada" }],
  ]);
});

test("an attempt that the door has counted is counted by the username only", async () => {
  const { asked, limiter } = fakeLimiter();
  await signIn(db, limiter, { ...attempt, counted: [] });
  expect(asked).toEqual([["login-username", { kind: "key", key: "ada" }]]);
});

test.each(["exceeded", "unavailable"] as const)(
  "where a count is %s the password is not looked at",
  async (outcome) => {
    for (const policy of ["login", "login-username"]) {
      const { limiter } = fakeLimiter({ [policy]: outcome });
      const result = await signIn(untouchable, limiter, attempt);
      expect(result).toMatchObject({ outcome, retryAfterSeconds: 7 });
    }
  },
);

test("a stranger's attempt takes as long as one at a user who exists", async () => {
  const { limiter } = fakeLimiter();
  const fastest = async (username: string) => {
    const times: number[] = [];
    for (let round = 0; round < 7; round++) {
      const from = performance.now();
      await signIn(db, limiter, { ...attempt, username, password: "wrong" });
      times.push(performance.now() - from);
    }
    return Math.min(...times);
  };
  const [known, unknown] = [await fastest("ada"), await fastest("nobody")];
  expect(unknown).toBeGreaterThan(known / 3);
  expect(unknown).toBeLessThan(known * 3);
});

test("who signs in while the password changes or the lock falls has no session after it", async () => {
  const { limiter } = fakeLimiter();
  for (let round = 0; round < 5; round++) {
    const draft = { username: `race-${round}`, password: PASSWORD, role: "viewer" } as const;
    const user = await createUser(db, draft, "root");
    const attempts = [0, 1, 2].map(() => signIn(db, limiter, { ...attempt, username: user.username }));
    const change =
      round % 2
        ? amendUser(db, user.id, { isActive: false }, "root")
        : setPassword(db, user.id, `${PASSWORD}!`, "root");
    await Promise.all([...attempts, change]);
    expect(await listSessions(db, user.id)).toEqual([]);
  }
});

test("a hash of an older cost is made anew at the next sign-in, and by no wrong password", async () => {
  const { limiter } = fakeLimiter();
  const user = await createUser(db, { username: "old", password: PASSWORD, role: "viewer" }, "root");
  const older = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
  await db.update(users).set({ passwordHash: older }).where(eq(users.id, user.id));
  const stored = async () => (await findUserById(db, user.id))?.passwordHash ?? "";
  await signIn(db, limiter, { ...attempt, username: "old", password: "wrong" });
  expect(await stored()).toBe(older);
  for (let time = 0; time < 2; time++) {
    expect((await signIn(db, limiter, { ...attempt, username: "old" })).outcome).toBe("signed-in");
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  }
  const renewed = await stored();
  await signIn(db, limiter, { ...attempt, username: "old" });
  expect(await stored()).toBe(renewed);
});

test("a very long username is counted by its first 64 characters", async () => {
  const { asked, limiter } = fakeLimiter();
  const result = await signIn(db, limiter, { ...attempt, username: "x".repeat(5000) });
  expect(result.outcome).toBe("refused");
  expect(asked[1]).toEqual(["login-username", { kind: "key", key: "x".repeat(64) }]);
});
