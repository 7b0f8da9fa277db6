import { describe, expect, test } from "vitest";
import type { Activity } from "@/lib/detection/activity";
import type { RuleContext } from "@/lib/detection/finding";
import { adminProbing, lowAndSlow, pathProbing, sensitivePath } from "@/lib/detection/rules/probing";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import { activityOf, DEFAULTS, HOUR_CONTEXT, START } from "@/lib/detection/test/activity-of";

type Change = Partial<Activity>;

describe("path-probing", () => {
  const find = (change: Change, context: Partial<RuleContext> = {}) =>
    pathProbing.find(activityOf(change), DEFAULTS, { ...HOUR_CONTEXT, ...context });

  test("39 paths that do not exist are found, and two of them named", () => {
    const missing = ["/old-shop.php", "/cms/setup", "/test"].map((path) => ({
      method: "GET",
      path,
      status: 404,
      signals: 0,
    }));
    const samples = [...missing, { method: "GET", path: "/", status: 200, signals: 0 }];
    const finding = find({ failed: 50, failedPaths: 39, lastAt: START + 540_000 }, { samples });
    expect(finding?.sentence).toBe(
      "39 paths in 9 minutes answered 400, 403 or 404 (limit: 10 an hour). Asked for /old-shop.php, /cms/setup and 37 other paths that do not exist or are refused.",
    );
  });

  test("nine broken links are not, however often they are followed", () => {
    expect(find({ failed: 500, failedPaths: 9 })).toBeNull();
  });

  test("where no status is known it finds nothing, and says so", () => {
    expect(pathProbing.needsStatus).toBe(true);
    expect(find({ counted: 500, answeredOtherwise: false, distinctPaths: 200 })).toBeNull();
  });

  describe("nothing but scripts that the site does not have", () => {
    const scripts = { signals: { "missing-script": 3 }, failed: 3, failedPaths: 3, answeredOtherwise: false };

    test("three different ones are found", () => {
      expect(find(scripts)).toMatchObject({ threshold: 3, counts: { missingScripts: 3 } });
    });

    test("two are not, nor one three times", () => {
      expect(find({ ...scripts, failedPaths: 2 })).toBeNull();
      expect(find({ ...scripts, signals: { "missing-script": 2 } })).toBeNull();
    });

    test("nor three by somebody who was served a page", () => {
      expect(find({ ...scripts, answeredOtherwise: true })).toBeNull();
    });
  });

  test("a crawler that follows old links is not found; with an attack among them it is", () => {
    const context = { crawler: "verified" } as const;
    expect(find({ failed: 40, failedPaths: 40 }, context)).toBeNull();
    expect(find({ failed: 40, failedPaths: 40, signals: { "sensitive-file": 1 } }, context)).not.toBeNull();
  });
});

describe("admin-probing", () => {
  const find = (change: Change) => adminProbing.find(activityOf(change), DEFAULTS, HOUR_CONTEXT);

  test("one request for an administration interface that the site does not have is found", () => {
    expect(find({ signals: { "admin-probe": 1 }, adminRefused: 1 })?.threshold).toBe(1);
  });

  test("one that is answered is not", () => {
    expect(find({ signals: { "admin-probe": 1 }, adminRefused: 0 })).toBeNull();
  });

  test("three are, where no status is known", () => {
    expect(adminProbing.needsStatus).toBe(false);
    expect(find({ signals: { "admin-probe": 3 }, answeredOtherwise: false })?.threshold).toBe(3);
    expect(find({ signals: { "admin-probe": 2 }, answeredOtherwise: false })).toBeNull();
  });

  test("a signed-in administrator is not", () => {
    expect(find({ signals: { "admin-probe": 400 }, adminRefused: 3, signedIn: true })).toBeNull();
  });
});

describe("sensitive-path", () => {
  const find = (change: Change) => sensitivePath.find(activityOf(change), DEFAULTS, HOUR_CONTEXT);

  test("a visitor who opens the login page and mistypes twice is not found", () => {
    expect(find({ signals: { "sensitive-path": 5 }, sensitiveRefused: 2 })).toBeNull();
  });

  test("five refusals are", () => {
    const finding = find({ signals: { "sensitive-path": 5 }, sensitiveRefused: 5 });
    expect(finding?.sentence).toBe(
      "5 requests for sensitive paths answered 401, 403 or 404 (limit: 5 an hour).",
    );
  });

  test("twenty requests are, where no status is known", () => {
    const finding = find({ signals: { "sensitive-path": 20 }, answeredOtherwise: false });
    expect(finding?.sentence).toBe("20 requests for sensitive paths in 10 minutes (limit: 20 an hour).");
  });

  test("a signed-in administrator at work is not", () => {
    expect(find({ signals: { "sensitive-path": 900 }, sensitiveRefused: 30, signedIn: true })).toBeNull();
  });

  test("the samples that it names are of sensitive paths", () => {
    const samples = [
      { method: "GET", path: "/", status: 200, signals: 0 },
      { method: "GET", path: "/admin/", status: 403, signals: SIGNAL_BITS["sensitive-path"] },
    ];
    const activity = activityOf({ signals: { "sensitive-path": 6 }, sensitiveRefused: 6 });
    const finding = sensitivePath.find(activity, DEFAULTS, { ...HOUR_CONTEXT, samples });
    expect(finding?.sentence).toMatch(/ Asked for \/admin\/\.$/);
  });
});

describe("low-and-slow", () => {
  const find = (change: Change) =>
    lowAndSlow.find(activityOf(change), DEFAULTS, { ...HOUR_CONTEXT, windowSeconds: 86_400 });
  const patient = { requests: 14, counted: 14, activeHours: 7, probes: 12, failed: 12, failedPaths: 11 };

  test("two probes an hour over seven hours are found", () => {
    expect(find(patient)?.sentence).toBe(
      "14 requests spread over 7 hours of a day, 12 of them probes (limit: 6).",
    );
  });

  test("a reader who comes back all day is not", () => {
    expect(find({ ...patient, probes: 2, failed: 2, failedPaths: 2 })).toBeNull();
  });

  test("a feed reader that retries one missing file is not", () => {
    expect(find({ ...patient, failedPaths: 1 })).toBeNull();
  });

  test("the same probes within two hours are not patient", () => {
    expect(find({ ...patient, activeHours: 2 })).toBeNull();
  });

  test("a hundred requests an hour are not slow", () => {
    expect(find({ ...patient, counted: 700, requests: 700, probes: 600 })).toBeNull();
  });
});
