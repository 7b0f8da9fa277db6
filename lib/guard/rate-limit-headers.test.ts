import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rateLimitHeaders, refusalHeaders } from "@/lib/guard/rate-limit-headers";
import type { LimitState } from "@/lib/guard/verdict";

const dataFolder =
  process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const folder = `${dataFolder}/ratelimit_headers`;
const isPresent = existsSync(folder);

const login: LimitState = { policy: "login", limit: 5, windowSeconds: 60, remaining: 0, resetSeconds: 34 };
const daily: LimitState = {
  policy: "daily",
  limit: 1000,
  windowSeconds: 86_400,
  remaining: 7,
  resetSeconds: 900,
};

type Member = Record<string, string | number>;

/** A List of Strings with parameters (RFC 9651 4.2), as far as these fields use it; `null` if malformed. */
function parseList(field: string, subject: string): Member[] | null {
  const pattern = {
    string: /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/,
    integer: /^-?\d{1,15}(?![\d.])/,
    bytes: /^:([A-Za-z0-9+/]*={0,2}):/,
    parameter: /^; *([a-z*][a-z0-9_.*-]*)=/,
    comma: /^[ \t]*,[ \t]*/,
  };
  const unquote = (text: string) => text.replace(/\\(.)/g, "$1");
  const members: Member[] = [];
  let rest = field;
  const take = (regexp: RegExp): RegExpMatchArray | null => {
    const match = rest.match(regexp);
    if (match !== null) rest = rest.slice(match[0].length);
    return match;
  };
  for (;;) {
    const name = take(pattern.string);
    if (name === null) return null;
    const member: Member = { [subject]: unquote(name[1]!) };
    for (let key = take(pattern.parameter); key !== null; key = take(pattern.parameter)) {
      const text = take(pattern.string);
      const bytes = text === null ? take(pattern.bytes) : null;
      const integer = text === null && bytes === null ? take(pattern.integer) : null;
      if (text !== null) member[key[1]!] = unquote(text[1]!);
      else if (bytes !== null) member[`${key[1]}_b64`] = bytes[1]!;
      else if (integer !== null) member[key[1]!] = Number(integer[0]);
      else return null;
    }
    members.push(member);
    if (rest === "") return members;
    if (take(pattern.comma) === null) return null;
  }
}

/** What the draft demands of a field's values. */
function isLawful(header: string, member: Member): boolean {
  const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
  if (header === "RateLimit") return isCount(member.r) && (member.t === undefined || isCount(member.t));
  return isCount(member.q) && (member.w === undefined || (isCount(member.w) && Number(member.w) > 0));
}

test("one limit becomes one member of each field", () => {
  expect(rateLimitHeaders([login])).toEqual({
    RateLimit: '"login";r=0;t=34',
    "RateLimit-Policy": '"login";q=5;w=60',
  });
});

test("several limits become a list in the same order, and none becomes no field", () => {
  expect(rateLimitHeaders([login, daily])).toEqual({
    RateLimit: '"login";r=0;t=34, "daily";r=7;t=900',
    "RateLimit-Policy": '"login";q=5;w=60, "daily";q=1000;w=86400',
  });
  expect(rateLimitHeaders([])).toEqual({});
});

test("fractions never promise more than there is: remaining is rounded down, reset and window up", () => {
  const limit = { policy: "login", limit: 5.9, windowSeconds: 0.5, remaining: 1.9, resetSeconds: 0.2 };
  expect(rateLimitHeaders([limit])).toEqual({
    RateLimit: '"login";r=1;t=1',
    "RateLimit-Policy": '"login";q=5;w=1',
  });
});

test("a name that no header can carry is refused, quotes in one are escaped", () => {
  expect(rateLimitHeaders([{ ...login, policy: 'a"b\\c' }]).RateLimit).toBe('"a\\"b\\\\c";r=0;t=34');
  for (const policy of ["a\r\nSet-Cookie: b", "größe", "\u007f"]) {
    expect(() => rateLimitHeaders([{ ...login, policy }])).toThrow("not printable ASCII");
  }
});

describe("a refusal's Retry-After", () => {
  test.each([
    ["is the time asked for", [login], 40, "40"],
    ["is never before an exhausted limit resets", [login], 3, "34"],
    ["does not wait for a limit that still has room", [login, daily], 34, "34"],
    ["is whole seconds, rounded up", [], 1.2, "2"],
    ["is at least one second", [{ ...login, resetSeconds: 0 }], 0, "1"],
    ["is at least one second when the clocks disagree", [], -5, "1"],
  ])("%s", (_name, limits, retryAfterSeconds, expected) => {
    expect(refusalHeaders(limits, retryAfterSeconds)["Retry-After"]).toBe(expected);
  });
});

const count = fc.oneof(fc.nat(), fc.double({ min: -10, max: 1e20, noNaN: true }));
const anyLimit = fc.record({
  policy: fc.string({ unit: "grapheme-ascii" }).filter((text) => /^[\x20-\x7e]*$/.test(text)),
  limit: count,
  windowSeconds: count,
  remaining: count,
  resetSeconds: count,
});

test("whatever the numbers, the fields are lawful structured fields", () => {
  fc.assert(
    fc.property(fc.array(anyLimit, { minLength: 1, maxLength: 4 }), count, (limits, retryAfterSeconds) => {
      const { "Retry-After": retryAfter, ...fields } = refusalHeaders(limits, retryAfterSeconds);
      for (const [header, field] of Object.entries(fields)) {
        const members = parseList(field, "policy");
        expect(members?.map(({ policy }) => policy)).toEqual(limits.map(({ policy }) => policy));
        expect(members?.every((member) => isLawful(header, member))).toBe(true);
        if (header !== "RateLimit") continue;
        for (const member of members!.filter(({ r }) => r === 0)) {
          expect(Number(retryAfter)).toBeGreaterThanOrEqual(Number(member.t));
        }
      }
      expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
    }),
  );
});

type Example = { header: string; value: string; valid: boolean | "old-draft-only"; parsed: Member[] | null };

describe.skipIf(!isPresent)("the draft's own examples (needs ../shared/data)", () => {
  const examples = isPresent
    ? readFileSync(`${folder}/examples.jsonl`, "utf8")
        .trim()
        .split("\n")
        .map((line): Example => JSON.parse(line))
    : [];
  const lawful = examples.filter(({ valid }) => valid === true);

  test("the check that ours must pass reads all that are valid and refuses all others", () => {
    for (const { header, value, valid, parsed } of examples) {
      const members = parseList(value, "policy");
      if (valid === true) {
        expect(members, value).toEqual(parsed);
        expect(
          members?.every((member) => isLawful(header, member)),
          value,
        ).toBe(true);
      } else {
        expect(members, value).toBeNull();
      }
    }
    expect([lawful.length, examples.length]).toEqual([26, 32]);
  });

  test("we write what the draft writes, for all that our limits can say", () => {
    let written = 0;
    for (const { header, value, parsed } of lawful) {
      const isOurs = parsed!.every((member) =>
        Object.keys(member).every((key) => /^(policy|[rtqw])$/.test(key)),
      );
      if (!isOurs) continue;
      const limits = parsed!.map(
        ({ policy, q, w, r, t }): LimitState => ({
          policy: String(policy),
          limit: Number(q ?? 0),
          windowSeconds: Number(w ?? 1),
          remaining: Number(r ?? 0),
          resetSeconds: Number(t ?? 0),
        }),
      );
      expect(rateLimitHeaders(limits)[header]).toBe(value.replace(/, */g, ", "));
      written++;
    }
    expect(written).toBe(22);
  });
});

type StringCase = {
  name: string;
  raw?: string[];
  expected?: [string, unknown[]];
  must_fail?: boolean;
  canonical?: string[];
};

test.skipIf(!isPresent)(
  "policy names are written as Structured Fields Strings are (needs ../shared/data)",
  () => {
    const files = ["string.json", "string-generated.json", "serialisation-tests/string-generated.json"];
    const cases = files.flatMap((file): StringCase[] =>
      JSON.parse(readFileSync(`${folder}/structured-field-tests/${file}`, "utf8")),
    );
    for (const { name, raw, expected, must_fail: mustFail, canonical } of cases) {
      const [policy] = expected ?? [""];
      const write = () => rateLimitHeaders([{ ...login, policy }]).RateLimit;
      if (raw !== undefined && raw.length === 1) {
        const member = parseList(raw[0]!.trim(), "policy")?.[0];
        expect(member?.policy, name).toBe(mustFail ? undefined : policy);
      }
      if (!mustFail) expect(write(), name).toBe(`${(canonical ?? raw)![0]!.trim()};r=0;t=34`);
      else if (raw === undefined) expect(write, name).toThrow();
    }
    expect(cases.length).toBeGreaterThan(200);
  },
);
