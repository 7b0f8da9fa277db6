import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { ENGINES } from "@/lib/crawlers/engines";
import { claimedEngine, crawlerStanding } from "@/lib/crawlers/standing";
import { parseRange } from "@/lib/ip";

const GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
const BINGBOT = "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)";
const BAIDU = "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)";
const YANDEX = "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)";
const APPLE = "Mozilla/5.0 (compatible; Applebot/0.1; +http://www.apple.com/go/applebot)";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
// A public address of nobody's that engines cannot own: documentation ranges count as not public.
const ELSEWHERE = "192.0.0.9";

describe("how a visitor stands that names a search engine", () => {
  test("from a published range it is verified, by address or by network alone", () => {
    expect(crawlerStanding([GOOGLEBOT], "66.249.66.1")).toBe("verified");
    expect(crawlerStanding([GOOGLEBOT], "66.249.66.0/24")).toBe("verified");
    expect(crawlerStanding([GOOGLEBOT], "2001:4860:4801:10::1")).toBe("verified");
    expect(crawlerStanding([BINGBOT], "40.77.167.3")).toBe("verified");
    expect(crawlerStanding([APPLE], "17.241.227.9")).toBe("verified");
  });

  test("from anywhere else it is an impostor", () => {
    expect(crawlerStanding([GOOGLEBOT], ELSEWHERE)).toBe("impostor");
    expect(crawlerStanding([GOOGLEBOT, BROWSER], ELSEWHERE)).toBe("impostor");
  });

  test("from another engine's range it is an impostor too", () => {
    expect(crawlerStanding([GOOGLEBOT], "40.77.167.3")).toBe("impostor");
  });

  test("from its owner's older blocks it is neither", () => {
    expect(crawlerStanding([BINGBOT], "157.55.33.1")).toBe("unpublished");
    expect(crawlerStanding([APPLE], "17.58.101.179")).toBe("unpublished");
  });

  test("an engine that publishes no ranges is believed no further than that, and has no impostors", () => {
    expect(crawlerStanding([YANDEX], ELSEWHERE)).toBe("unpublished");
    expect(crawlerStanding([YANDEX], "77.88.5.1")).toBe("unpublished");
    expect(crawlerStanding([BAIDU], ELSEWHERE)).toBe("unpublished");
    expect(crawlerStanding([BAIDU, BROWSER], ELSEWHERE)).toBe("none");
  });

  test("private and documentation addresses make nobody an impostor", () => {
    for (const place of ["10.0.0.1", "127.0.0.1", "203.0.113.9", "2001:db8::1"]) {
      expect(crawlerStanding([GOOGLEBOT], place)).toBe("unpublished");
    }
  });

  test("who names none has no standing, whatever the address", () => {
    expect(crawlerStanding([BROWSER], "66.249.66.1")).toBe("none");
    expect(crawlerStanding([], "66.249.66.1")).toBe("none");
    expect(claimedEngine(BROWSER)).toBeNull();
  });
});

test("every range of every engine is canonical, and every list names its source", () => {
  for (const { source, published, own, marks } of ENGINES) {
    expect(source).toMatch(/^https:\/\//);
    expect(published.length).toBeGreaterThan(0);
    for (const range of [...published, ...own]) expect(parseRange(range), range).not.toBeNull();
    for (const mark of marks) expect(mark).toBe(mark.toLowerCase());
  }
});

const dataFolder =
  process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const LISTS = [
  { agent: GOOGLEBOT, file: `${dataFolder}/ranges_lord_alfred/googlebot/ipv4_merged.txt` },
  { agent: GOOGLEBOT, file: `${dataFolder}/ranges_lord_alfred/googlebot/ipv6_merged.txt` },
  { agent: BINGBOT, file: `${dataFolder}/ranges_lord_alfred/bing/ipv4_merged.txt` },
];
test.skipIf(!LISTS.every(({ file }) => existsSync(file)))(
  "at least 95 % of the ranges in a later list verify their crawler (needs ../shared/data)",
  () => {
    const ranges = LISTS.flatMap(({ agent, file }) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((range) => range !== "")
        .map((range) => crawlerStanding([agent], range)),
    );
    const verified = ranges.filter((standing) => standing === "verified");
    expect(verified.length / ranges.length).toBeGreaterThanOrEqual(0.95);
  },
);
