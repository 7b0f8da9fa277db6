import { describe, expect, test } from "vitest";
import { readReplayMark, writeReplayMark } from "@/lib/guard/replay-mark";
import { headerReader, withoutForged } from "@/lib/guard/request-headers";
import { readVisitMark, VISIT_MARK_HEADER, type VisitMark, writeVisitMark } from "@/lib/guard/visit-mark";

const SECRET = "a secret of the server";
const mark: VisitMark = {
  requestId: "r",
  ip: "192.0.2.1",
  target: "/a?b=c",
  policy: "login",
  limits: [{ policy: "login", limit: 5, windowSeconds: 60, remaining: 4, resetSeconds: 9 }],
};
const headers = (value: string) => new Headers({ [VISIT_MARK_HEADER]: value });

describe("the mark of a door", () => {
  test("is read by who knows the secret", () => {
    expect(readVisitMark(headers(writeVisitMark(mark, SECRET)), SECRET)).toEqual(mark);
    const foreign = { ...mark, target: "/a?b=ü\u{1F600}" };
    expect(readVisitMark(headers(writeVisitMark(foreign, SECRET)), SECRET)).toEqual(foreign);
  });

  test("of another secret, without one, cut, too long or of another shape is none", () => {
    const genuine = writeVisitMark(mark, SECRET);
    const token = genuine.slice(0, genuine.indexOf(" "));
    const wrong = [
      writeVisitMark(mark, "guessed"),
      JSON.stringify(mark),
      "",
      " ",
      genuine.slice(1),
      token,
      `${token} {}`,
      `${token} ${"x".repeat(9000)}`,
    ];
    for (const value of wrong) expect(readVisitMark(headers(value), SECRET)).toBeNull();
    expect(readVisitMark(new Headers(), SECRET)).toBeNull();
  });

  test("of a replay carries the logged time, and cannot be made without the secret", () => {
    const at = new Date("2015-05-17T10:05:03Z");
    expect(readReplayMark(writeReplayMark(at, SECRET), SECRET)).toBe(at.getTime());
    for (const wrong of [
      null,
      "",
      String(at.getTime()),
      writeReplayMark(at, "guessed"),
      `${writeReplayMark(at, SECRET)}x`,
    ]) {
      expect(readReplayMark(wrong, SECRET)).toBeNull();
    }
  });
});

describe("headers at the Node door", () => {
  const sent = () => ({
    host: "example.org",
    "x-gatehouse-visit": "forged",
    "x-gatehouse-anything": "forged",
    "x-middleware-subrequest": "middleware:middleware",
    "x-middleware-rewrite": "/",
    "x-forwarded-for": "192.0.2.1",
    "x-forwarded-host": "evil.example",
    "cf-connecting-ip": "192.0.2.2",
    cookie: "a=1",
  });

  test("our own and those inside Next.js never pass, whoever sends them", () => {
    expect(Object.keys(withoutForged(sent(), true))).toEqual([
      "host",
      "x-forwarded-for",
      "x-forwarded-host",
      "cf-connecting-ip",
      "cookie",
    ]);
  });

  test("what only a proxy may say is dropped when no trusted proxy says it", () => {
    expect(withoutForged(sent(), false)).toEqual({ host: "example.org", cookie: "a=1" });
  });

  test("repeated headers are read as one list", () => {
    expect(headerReader({ "x-a": ["1", "2"] }).get("x-a")).toBe("1, 2");
    expect(headerReader({}).get("x-a")).toBeNull();
  });
});
