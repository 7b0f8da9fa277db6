import fc from "fast-check";
import { expect, test } from "vitest";
import {
  hasSignal,
  matchesOf,
  SIGNAL_BITS,
  SIGNALS,
  type SignalRequest,
  signalNames,
  signalsOf,
} from "@/lib/detection/signals";

const request = (path: string, query: string | null = null): SignalRequest => ({
  method: "GET",
  path,
  query,
  userAgent: "",
  status: null,
});

test("every signal has a bit of its own in a positive int4, in the order in which rows were stored", () => {
  expect(SIGNALS.length).toBeLessThanOrEqual(31);
  expect(SIGNALS.map((name) => SIGNAL_BITS[name])).toEqual(SIGNALS.map((_, index) => 2 ** index));
  expect(SIGNALS.slice(0, 13)).toEqual([
    "sensitive-file",
    "traversal",
    "injection",
    "known-exploit",
    "scanner-agent",
    "open-proxy",
    "malformed",
    "admin-probe",
    "sensitive-path",
    "login-attempt",
    "login-failure",
    "asset",
    "crawler-claim",
  ]);
});

test("the names of a stored number are those that made it", () => {
  const mask = signalsOf(request("/admin/.env"));
  expect(signalNames(mask)).toEqual(["sensitive-file", "sensitive-path"]);
  expect(hasSignal(mask, "sensitive-file")).toBe(true);
  expect(hasSignal(mask, "injection")).toBe(false);
});

test("the rules behind a number say the same as the number", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), fc.string(), (path, query, userAgent) => {
      const one = { ...request(`/${path}`, query), userAgent };
      expect(matchesOf(one).map(({ signal }) => signal)).toEqual(signalNames(signalsOf(one)));
    }),
  );
});

test("evidence is short and can be stored", () => {
  const [match] = matchesOf(request(`/.env\u0007${"x".repeat(5_000)}`, null));
  const [traversal] = matchesOf(request(`/${"../".repeat(900)}etc/passwd`));
  expect(traversal?.evidence.length).toBeLessThanOrEqual(200);
  expect(match?.evidence ?? "").not.toMatch(/\p{Cc}/u);
});

test("asking again gives the same answer", () => {
  for (const path of ["/.env", "/vendor/phpunit/phpunit/src/util/php/eval-stdin.php", "/a"]) {
    const first = signalsOf(request(path));
    expect(signalsOf(request(path))).toBe(first);
  }
});

// Two to three milliseconds are the worst measured on two busy cores; a pattern that backtracks takes seconds.
test.each([
  "'",
  "(",
  "( ",
  " ",
  "/",
  "../",
  "..%2f",
  "%2e%2e%2f",
  "${",
  "{{",
  "<a ",
  "<a b ",
  "select ",
  "union ",
  "null,",
  "a=",
  "&",
  "'&",
  "%00",
  "%25",
  "%c0",
  ". ",
  "$(cat",
  "/*",
  "or 1",
  "&#",
  "\\u00",
  "() {",
])("no run of %j keeps the door busy", (unit) => {
  const text = unit.repeat(Math.ceil(4_096 / unit.length));
  const started = performance.now();
  signalsOf({ ...request(`/${text}`, `q=${text}&${text}`), userAgent: text, referrer: text });
  expect(performance.now() - started).toBeLessThan(250);
});
