import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { POST } from "@/app/ip-tracking/logout/route";
import { userOf } from "@/app/session";
import { auditLogs, type User } from "@/db/schema";
import { createUser } from "@/db/users";
import { readEnv } from "@/lib/env";
import { readSessionList } from "@/lib/guard/session-list";
import { edgeStore } from "@/lib/redis";
import { testSite } from "@/services/test/site";

const site = await testSite();
afterAll(() => site.stop());
let ada: User;
let cookie = "";
beforeAll(async () => {
  const draft = { username: "ada", password: "a winter's tale of two", role: "viewer" } as const;
  ada = await createUser(site.db, draft, "root");
});
beforeEach(async () => {
  await site.db.delete(auditLogs);
  cookie = await site.signedIn(ada);
});
const logout = (headers: Record<string, string>) =>
  POST(site.visit("/ip-tracking/logout/", { method: "POST", headers, mark: { ip: "192.0.2.1" } }));

test("the cookie is removed, the way leads to the sign-in page, and a row says who left", async () => {
  const response = await logout({ cookie: `theme=dark; ${cookie}`, accept: "text/html" });
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toBe("/sign-in");
  expect(response.headers.getSetCookie()).toEqual([
    "next-auth.session-token=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
  ]);
  const rows = await site.db.select().from(auditLogs);
  expect(rows).toMatchObject([
    { actor: "ada", action: "sign-out", subject: "user:ada", after: { network: "192.0.2.0/24" } },
  ]);
  expect(JSON.stringify(rows)).not.toContain("192.0.2.1");
});

test("a copy of the token opens nothing from then on, and the doors are told", async () => {
  const copy = new Headers({ cookie });
  const sessionId = (await userOf(copy))?.sessionId ?? "";
  const other = await site.signedIn(ada);
  await logout({ cookie });
  expect(await userOf(copy)).toBeNull();
  const list = await readSessionList(edgeStore(readEnv()));
  expect(list.has(sessionId)).toBe(false);
  expect(list.has((await userOf(new Headers({ cookie: other })))?.sessionId ?? "")).toBe(true);
  expect((await logout({ cookie })).status).toBe(303);
  expect(await site.db.select().from(auditLogs)).toHaveLength(1);
});

test("chunks of a session are all removed", async () => {
  const response = await logout({ cookie: "next-auth.session-token.0=a; next-auth.session-token.1=b" });
  expect(response.headers.getSetCookie()).toHaveLength(2);
});

test("a program gets JSON", async () => {
  const response = await logout({ cookie, accept: "application/json" });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "signed-out" });
});

test("who is not signed in is sent to the sign-in page all the same, and leaves no row", async () => {
  const response = await logout({});
  expect(response.status).toBe(303);
  expect(await site.db.select().from(auditLogs)).toEqual([]);
});

test("a page of another site cannot sign a visitor out", async () => {
  const response = await logout({ cookie, origin: "https://evil.example" });
  expect(response.status).toBe(403);
  expect(response.headers.getSetCookie()).toEqual([]);
});
