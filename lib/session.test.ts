import { decode, encode } from "next-auth/jwt";
import { describe, expect, test, vi } from "vitest";
import { readEnv } from "@/lib/env";
import {
  readSession,
  SESSION_SECONDS,
  type SessionClaims,
  sessionCookieName,
  writeSession,
} from "@/lib/session";

const SECRET = "a secret of the tests, long enough";
const NAME = "next-auth.session-token";
const sessionId = "0b1c8f6e-3f0a-4a57-9d0e-5a4f3c2b1a00";
const claims: SessionClaims = { sessionId, userId: 7, username: "ada", role: "admin" };
const now = Date.now();
const read = (header: string | null, at = now, secret = SECRET) => readSession(header, secret, at, NAME);

test("next-auth opens a session that we write", async () => {
  const token = await writeSession(claims, SECRET, now);
  const payload = await decode({ token, secret: SECRET });
  expect(payload).toMatchObject({ sub: "7", name: "ada", role: "admin", sid: sessionId });
  expect(Number(payload?.exp) - Number(payload?.iat)).toBe(SESSION_SECONDS);
});

test("we open a session that next-auth writes", async () => {
  const token = { sub: "7", name: "ada", role: "admin", sid: sessionId };
  const cookie = `${NAME}=${await encode({ token, secret: SECRET, maxAge: 60 })}`;
  expect(await read(cookie)).toEqual(claims);
});

test("a session is found among other cookies, in quotes, and when it was cut in chunks", async () => {
  const token = await writeSession(claims, SECRET, now);
  const chunks = `${NAME}.1=${token.slice(100)}; x=y; ${NAME}.0=${token.slice(0, 100)}`;
  expect(await read(`theme=dark; ${NAME}=${token}; last=1`)).toEqual(claims);
  expect(await read(`${NAME}="${token}"`)).toEqual(claims);
  expect(await read(chunks)).toEqual(claims);
  expect(await read(`${NAME}.1=${token.slice(100)}`)).toBeNull();
});

test("the first of two session cookies counts", async () => {
  const [mine, planted] = await Promise.all([
    writeSession(claims, SECRET, now),
    writeSession({ ...claims, userId: 8 }, SECRET, now),
  ]);
  expect((await read(`${NAME}=${mine}; ${NAME}=${planted}`))?.userId).toBe(7);
});

test("a session ends on time, also while it is remembered", async () => {
  const cookie = `${NAME}=${await writeSession(claims, SECRET, now)}`;
  const end = (Math.floor(now / 1000) + SESSION_SECONDS) * 1000;
  expect(await read(cookie, end - 1000)).toEqual(claims);
  expect(await read(cookie, end)).toBeNull();
  expect(await read(cookie, end + 1000)).toBeNull();
});

test("a token is verified once in ten seconds", async () => {
  const cookie = `${NAME}=${await writeSession(claims, SECRET, now)}`;
  const decrypt = vi.spyOn(crypto.subtle, "decrypt");
  for (const seconds of [0, 5, 9.9]) expect(await read(cookie, now + seconds * 1000)).toEqual(claims);
  expect(decrypt).toHaveBeenCalledTimes(1);
  await read(cookie, now + 10_000);
  expect(decrypt).toHaveBeenCalledTimes(2);
  decrypt.mockRestore();
});

test("tokens beyond a thousand push the least recently used one out", async () => {
  const cookies = await Promise.all(
    Array.from({ length: 1001 }, async () => `${NAME}=${await writeSession(claims, "another secret", now)}`),
  );
  for (const cookie of cookies) await read(cookie, now, "another secret");
  const decrypt = vi.spyOn(crypto.subtle, "decrypt");
  await read(cookies[1] as string, now, "another secret");
  expect(decrypt).not.toHaveBeenCalled();
  await read(cookies[0] as string, now, "another secret");
  expect(decrypt).toHaveBeenCalledTimes(1);
  decrypt.mockRestore();
});

describe("what is no session is null and never throws", () => {
  const start = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0";
  test.each([
    ["no header", null],
    ["an empty header", ""],
    ["another cookie", "theme=dark"],
    ["an empty session cookie", `${NAME}=`],
    ["a name without a value", NAME],
    ["garbage", `${NAME}=%%%;;;=;`],
    ["a plain JWT", `${NAME}=eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.`],
    ["a token of five empty parts", `${NAME}=${start}....`],
    ["a token of nonsense", `${NAME}=${start}..aaaaaaaaaaaaaaaa.aaaa.aaaaaaaaaaaaaaaaaaaaaa`],
    ["a token beyond all size", `${NAME}=${start}..${"a".repeat(100_000)}`],
    ["a cookie whose name only begins so", `${NAME}-old=${start}..a.b.c`],
  ])("%s", async (_name, header) => {
    expect(await read(header)).toBeNull();
  });

  test("a token of another secret", async () => {
    const cookie = `${NAME}=${await writeSession(claims, "somebody else's secret", now)}`;
    expect(await read(cookie)).toBeNull();
  });

  test("a changed token", async () => {
    const token = await writeSession(claims, SECRET, now);
    const at = token.length - 30;
    const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    expect(await read(`${NAME}=${changed}`)).toBeNull();
  });

  test.each([
    ["no user id", { name: "ada", role: "admin", sid: sessionId }],
    ["an id that is no number", { sub: "ada", name: "ada", role: "admin", sid: sessionId }],
    ["an unknown role", { sub: "7", name: "ada", role: "root", sid: sessionId }],
    ["no session id", { sub: "7", name: "ada", role: "admin", sv: 1 }],
    ["a session id that is none", { sub: "7", name: "ada", role: "admin", sid: "1" }],
  ])("a genuine token with %s", async (_name, token) => {
    expect(await read(`${NAME}=${await encode({ token, secret: SECRET })}`)).toBeNull();
  });
});

test("garbage costs no decryption", async () => {
  const decrypt = vi.spyOn(crypto.subtle, "decrypt");
  await read(`${NAME}=${"a".repeat(4000)}`);
  await read("theme=dark");
  expect(decrypt).not.toHaveBeenCalled();
  decrypt.mockRestore();
});

test("the cookie is __Secure- where the site is reached by https", () => {
  expect(sessionCookieName(readEnv({ NEXTAUTH_URL: "http://localhost:3000" }))).toBe(NAME);
  expect(sessionCookieName(readEnv({ NEXTAUTH_URL: "https://gate.example.com" }))).toBe(`__Secure-${NAME}`);
  expect(sessionCookieName(readEnv({ VERCEL: "1" }))).toBe(`__Secure-${NAME}`);
  expect(sessionCookieName(readEnv({}))).toBe(NAME);
});
