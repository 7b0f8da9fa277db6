import { expect, test } from "vitest";
import { flagRequests } from "@/bench/eval/clock";
import type { ActivityRequest } from "@/lib/detection/activity";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import { thresholdsFrom } from "@/lib/detection/thresholds";

const START = Date.UTC(2019, 4, 1, 9, 50);
const MINUTE = 60_000;
const thresholds = thresholdsFrom();

function requestAt(minutes: number, change: Partial<ActivityRequest> = {}): ActivityRequest {
  return {
    key: "198.51.100.20",
    network: "198.51.100.0/24",
    at: START + minutes * MINUTE,
    path: "/",
    userAgent: "Example/1.0",
    status: 200,
    kind: "page",
    signals: 0,
    verdict: "allow",
    signedIn: false,
    ...change,
  };
}
const rulesOf = (requests: ActivityRequest[]) => [
  ...(flagRequests(requests, thresholds).get("198.51.100.20") ?? []),
];

test("101 requests around the turn of an hour are found, though no hour of the clock holds them", () => {
  const requests = Array.from({ length: 101 }, (_, index) => requestAt(index / 6));
  expect(rulesOf(requests)).toEqual(["high-volume"]);
});

test("101 requests over two hours are not", () => {
  expect(rulesOf(Array.from({ length: 101 }, (_, index) => requestAt(index * 1.2)))).toEqual([]);
});

test("a patient search is found by the look at a day, in lines of any order", () => {
  const requests = Array.from({ length: 9 }, (_, index) =>
    requestAt(index * 90, { path: `/probe-${index * 31}`, status: 404 }),
  ).reverse();
  expect(rulesOf(requests)).toEqual(["low-and-slow"]);
});

test("many visitors of one network who fail to log in are found together", () => {
  const signals = SIGNAL_BITS["login-attempt"] | SIGNAL_BITS["login-failure"];
  const requests = Array.from({ length: 24 }, (_, index) =>
    requestAt(index, { key: `198.51.100.${20 + (index % 8)}`, signals, status: 401, path: "/login" }),
  );
  expect(rulesOf(requests)).toContain("credential-stuffing");
});
