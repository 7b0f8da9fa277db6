import { describe, expect, test } from "vitest";
import type { ActivityRequest } from "@/lib/detection/activity";
import { findScriptSearches, missingScriptsOf } from "@/lib/detection/rules/script-search";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import { DEFAULTS, START } from "@/lib/detection/test/activity-of";

function requestOf(visitor: number, change: Partial<ActivityRequest> = {}): ActivityRequest {
  return {
    key: `192.0.2.${visitor}`,
    network: `192.0.${visitor}.0/24`,
    at: START,
    path: `/folder-${visitor}/left-behind.php`,
    userAgent: "Example/1.0",
    status: 404,
    kind: "page",
    signals: SIGNAL_BITS["missing-script"],
    verdict: "allow",
    signedIn: false,
    ...change,
  };
}

const searchersOf = (requests: ActivityRequest[]) =>
  findScriptSearches(missingScriptsOf(requests), DEFAULTS).map(({ key }) => key);

describe("the search for one script by many", () => {
  test("three networks that look for it in three folders are found, each visitor with the evidence", () => {
    const requests = [1, 2, 3].map((visitor) => requestOf(visitor));
    const found = findScriptSearches(missingScriptsOf(requests), DEFAULTS);
    expect(found.map(({ key }) => key)).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    expect(found[0]?.finding).toMatchObject({ rule: "path-probing", threshold: 3 });
    expect(found[0]?.finding.sentence).toBe(
      "Asked for left-behind.php, which the site does not have, and for nothing that it has. Visitors of 3 networks searched 3 folders for it within a day (limit: 3).",
    );
  });

  test("capital letters do not hide the name", () => {
    const shouting = requestOf(3, { path: "/other/Left-Behind.PHP" });
    expect(searchersOf([requestOf(1), requestOf(2), shouting])).toHaveLength(3);
  });

  test("two networks are not enough, however many visitors they have", () => {
    const neighbours = [1, 2, 3, 4].map((visitor) =>
      requestOf(visitor, { network: `192.0.${visitor % 2}.0/24` }),
    );
    expect(searchersOf(neighbours)).toEqual([]);
  });

  test("a page that is gone from one place is a stale link, whoever follows it", () => {
    const stale = [1, 2, 3, 4, 5].map((visitor) => requestOf(visitor, { path: "/old-shop.php" }));
    expect(searchersOf(stale)).toEqual([]);
  });

  test("a visitor whom the site has served anything follows its links and does not count", () => {
    const page = requestOf(3, { path: "/", status: 200, signals: 0 });
    expect(searchersOf([requestOf(1), requestOf(2), requestOf(3), page])).toEqual([]);
  });

  test("a crawler follows links that others have left behind and does not count", () => {
    const signals = SIGNAL_BITS["missing-script"] | SIGNAL_BITS["crawler-claim"];
    expect(searchersOf([requestOf(1), requestOf(2), requestOf(3, { signals })])).toEqual([]);
  });

  test("what the guard refused is not served by the site", () => {
    const refused = requestOf(3, { path: "/", status: 429, signals: 0, verdict: "limit" });
    expect(searchersOf([requestOf(1), requestOf(2), requestOf(3), refused])).toHaveLength(3);
  });

  test("different scripts are no search for one", () => {
    const many = [1, 2, 3].map((visitor) => requestOf(visitor, { path: `/a/script-${visitor}.php` }));
    expect(searchersOf(many)).toEqual([]);
  });
});
