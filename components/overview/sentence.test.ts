import { expect, test } from "vitest";
import { overviewSentence, type SentenceFacts } from "@/components/overview/sentence";

const country = (key: string) => ({ key, requests: 1, refused: 0, visitors: 1 });
const facts = (
  over: Partial<SentenceFacts["current"]>,
  countries: string[] = ["NG", "DE", ""],
): SentenceFacts => ({
  range: "24h",
  current: {
    requests: 12480,
    visitors: { count: 1753, isApproximate: false },
    counts: { allowed: 12168, blocked: 300, limited: 12 },
    ...over,
  },
  countries: countries.map(country),
  openSuspects: 0,
});
const say = (input: SentenceFacts) =>
  overviewSentence(input)
    .map((piece) => piece.text)
    .join("");

test("the sentence counts requests, visitors, known countries and refusals", () => {
  expect(say(facts({}))).toBe(
    "In the last 24 hours 12,480 requests from 1,753 visitors in 2 countries. 312 were refused.",
  );
});

test("an estimate says that it is one", () => {
  expect(say(facts({ visitors: { count: 1753, isApproximate: true } }))).toContain("from ≈ 1,753 visitors");
});

test("one is singular, none is said in words, and unknown countries are not counted", () => {
  const one = { requests: 1, visitors: { count: 1, isApproximate: false } };
  expect(say(facts({ ...one, counts: { allowed: 0, blocked: 1, limited: 0 } }, [""]))).toBe(
    "In the last 24 hours 1 request from 1 visitor. 1 was refused.",
  );
  expect(say(facts({ counts: { allowed: 5, blocked: 0, limited: 0 } }))).toContain("None was refused.");
  expect(say(facts({ requests: 0 }))).toBe("No requests in the last 24 hours.");
});

test("those that need a decision are counted, and the number leads to them", () => {
  const pieces = overviewSentence({ ...facts({}), openSuspects: 5 });
  expect(pieces.map(({ text }) => text).join("")).toMatch(/refused\. 5 addresses need a decision\.$/);
  expect(pieces.find(({ href }) => href)).toMatchObject({
    text: "5 addresses",
    href: "/suspicious?status=open",
  });
  expect(say({ ...facts({ requests: 0 }), openSuspects: 1 })).toBe(
    "No requests in the last 24 hours. 1 address needs a decision.",
  );
});
