import { expect, test } from "vitest";
import { findDistributed } from "@/lib/detection/rules/distributed";
import { DEFAULTS } from "@/lib/detection/test/activity-of";

const flagged = (...places: string[]) => places.map((place) => ({ key: place, place, score: 60 }));
const noClean = () => 0;

test("three neighbours propose the narrowest range that holds them", () => {
  const proposals = findDistributed(
    flagged("203.0.113.17", "203.0.113.18", "203.0.113.22"),
    noClean,
    DEFAULTS,
  );
  expect(proposals).toHaveLength(1);
  expect(proposals[0]).toMatchObject({ range: "203.0.113.16/29", cleanVisitors: 0 });
  expect(proposals[0]?.finding.sentence).toBe(
    "3 suspicious visitors in 203.0.113.0/24 (limit: 3). Blocking 203.0.113.16/29 would have hit no clean visitor in 30 days.",
  );
});

test("the clean visitors of exactly that range are counted, and lower the score", () => {
  const places = flagged("203.0.113.1", "203.0.113.120", "203.0.113.250");
  const asked: string[] = [];
  const [crowded] = findDistributed(places, (range) => asked.push(range) && 14, DEFAULTS);
  const [empty] = findDistributed(places, noClean, DEFAULTS);
  expect(asked).toEqual(["203.0.113.0/24"]);
  expect(crowded?.finding.sentence).toContain("would have hit 14 clean visitors in 30 days");
  expect(crowded?.finding.score).toBeLessThan(empty?.finding.score ?? 0);
});

test("two in a network, or three in three networks, propose nothing", () => {
  expect(findDistributed(flagged("203.0.113.1", "203.0.113.2"), noClean, DEFAULTS)).toEqual([]);
  const spread = flagged("203.0.113.1", "198.51.100.1", "192.0.2.1");
  expect(findDistributed(spread, noClean, DEFAULTS)).toEqual([]);
});

test("one visitor flagged three times is one visitor", () => {
  expect(findDistributed(flagged("203.0.113.1", "203.0.113.1", "203.0.113.1"), noClean, DEFAULTS)).toEqual(
    [],
  );
});

test("IPv6 neighbours propose a /64 at the narrowest and a /48 at the widest", () => {
  const near = flagged("2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1::3");
  expect(findDistributed(near, noClean, DEFAULTS)[0]?.range).toBe("2001:db8:0:1::/64");
  const far = flagged("2001:db8:0:1::1", "2001:db8:0:8001::1", "2001:db8:0:ffff::1");
  expect(findDistributed(far, noClean, DEFAULTS)[0]?.range).toBe("2001:db8::/48");
});

test("where only networks are known, the network is proposed", () => {
  const hashed = ["a", "b", "c"].map((key) => ({ key, place: "198.51.100.0/24", score: 70 }));
  expect(findDistributed(hashed, noClean, DEFAULTS)[0]).toMatchObject({
    range: "198.51.100.0/24",
    visitors: ["a", "b", "c"],
  });
});
