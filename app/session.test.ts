import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { actorOf, currentUser, requireAdmin, requireUser, signInPath, userOf } from "@/app/session";
import type { User } from "@/db/schema";
import { amendUser, createUser, setPassword } from "@/db/users";
import { formatIp } from "@/lib/ip";
import { SESSION_SECONDS } from "@/lib/session";
import { testSite } from "@/services/test/site";

const scope = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock("next/headers", () => ({ headers: async () => scope.headers }));

const site = await testSite();
afterAll(() => site.stop());

const PASSWORD = "a winter's tale of two";
let chief: User;
let ada: User;
beforeAll(async () => {
  chief = await createUser(site.db, { username: "chief", password: PASSWORD, role: "admin" }, "root");
  ada = await createUser(site.db, { username: "ada", password: PASSWORD, role: "viewer" }, "root");
});
beforeEach(() => {
  scope.headers = new Headers();
});

async function enter(user: User, ip = "192.0.2.1"): Promise<void> {
  const cookie = await site.signedIn(user);
  scope.headers = site.visit("/", { headers: { cookie }, mark: { ip } }).headers;
}

describe("a visitor with a session", () => {
  test("is the user of the database, with the role of now", async () => {
    await enter({ ...ada, role: "admin" });
    const user = { id: ada.id, username: "ada", role: "viewer", sessionId: expect.any(String) };
    expect(await currentUser()).toEqual(user);
    expect(await userOf(scope.headers)).toEqual(user);
  });

  test("acts under the own name, with the address that the door saw", async () => {
    await enter(chief, "2001:db8::7");
    const actor = await actorOf(await requireAdmin());
    expect(actor).toMatchObject({ name: "chief", origin: "manual" });
    expect(actor.ownIp && formatIp(actor.ownIp)).toBe("2001:db8::7");
  });

  test("may not do what administrators do, as a viewer", async () => {
    await enter(ada);
    // Next.js knows the word only with its setting `authInterrupts`.
    vi.stubEnv("__NEXT_EXPERIMENTAL_AUTH_INTERRUPTS", "true");
    await expect(requireAdmin()).rejects.toMatchObject({ digest: "NEXT_HTTP_ERROR_FALLBACK;403" });
    vi.unstubAllEnvs();
  });

  test("is nobody once the password or the role has changed, the user is locked, or eight hours are over", async () => {
    const grace = await createUser(
      site.db,
      { username: "grace", password: PASSWORD, role: "viewer" },
      "root",
    );
    await enter(grace);
    await setPassword(site.db, grace.id, "another tale entirely", "root");
    expect(await currentUser()).toBeNull();
    for (const change of [{ role: "admin" }, { isActive: false }] as const) {
      await enter(grace);
      expect((await currentUser())?.username).toBe("grace");
      await amendUser(site.db, grace.id, change, "root");
      expect(await currentUser()).toBeNull();
    }
    await enter(grace);
    expect(await currentUser()).toBeNull();
    await enter(ada);
    vi.setSystemTime(Date.now() + SESSION_SECONDS * 1000);
    expect(await currentUser()).toBeNull();
    vi.setSystemTime(Date.now() - SESSION_SECONDS * 1000);
  });
});

describe("a visitor without a session", () => {
  test.each(["", "next-auth.session-token=garbage"])(
    "with the cookie %j is sent to sign in",
    async (cookie) => {
      scope.headers = new Headers({ cookie });
      expect(await currentUser()).toBeNull();
      const digest = expect.stringContaining("/sign-in?next=%2Frequests");
      await expect(requireUser("/requests")).rejects.toMatchObject({ digest });
      await expect(requireAdmin("/requests")).rejects.toMatchObject({ digest });
    },
  );
});

test("the sign-in page leads on to pages of this site only", () => {
  expect(signInPath("/requests?verdict=block")).toBe("/sign-in?next=%2Frequests%3Fverdict%3Dblock");
  expect(signInPath("//evil.example")).toBe("/sign-in");
  expect(signInPath("/", "refused")).toBe("/sign-in?error=refused");
  expect(signInPath(undefined)).toBe("/sign-in");
});
