import { describe, expect, test } from "vitest";
import type { Activity } from "@/lib/detection/activity";
import { findCredentialStuffing, loginBruteforce, networkLoginsOf } from "@/lib/detection/rules/login";
import { activityOf, DEFAULTS, HOUR_CONTEXT, START } from "@/lib/detection/test/activity-of";

describe("login-bruteforce", () => {
  const find = (change: Partial<Activity>) =>
    loginBruteforce.find(activityOf(change), DEFAULTS, HOUR_CONTEXT);

  test("five failed logins are found", () => {
    const finding = find({ loginAttempts: 5, loginFailures: 5, lastAt: START + 60_000 });
    expect(finding?.sentence).toBe("5 failed logins in 60 seconds (limit: 5 an hour).");
  });

  test("four are a person who has forgotten a password", () => {
    expect(find({ loginAttempts: 5, loginFailures: 4 })).toBeNull();
  });

  test("where every login answers 200, six in a few seconds are found", () => {
    expect(find({ loginAttempts: 6, lastAt: START + 4000 })?.counts.loginAttempts).toBe(6);
  });

  test("where no status is known, one login a minute is found from the twentieth on", () => {
    expect(find({ answeredOtherwise: false, loginAttempts: 19, lastAt: START + 19 * 60_000 })).toBeNull();
    expect(
      find({ answeredOtherwise: false, loginAttempts: 20, lastAt: START + 20 * 60_000 })?.threshold,
    ).toBe(20);
  });

  test("six logins over an hour are not", () => {
    expect(find({ loginAttempts: 6, lastAt: START + 3_500_000 })).toBeNull();
  });

  test("many logins of somebody who is signed in are not: they succeeded", () => {
    expect(find({ loginAttempts: 24, lastAt: START + 60_000, signedIn: true })).toBeNull();
  });

  test("an attack that succeeds in the end is still one", () => {
    expect(find({ loginAttempts: 400, loginFailures: 399, signedIn: true })).not.toBeNull();
  });
});

describe("credential-stuffing", () => {
  const failing = (count: number, failures: number, network = "198.51.100.0/24") =>
    Array.from({ length: count }, (_, index) =>
      activityOf({ key: `${network}-${index}`, network, loginFailures: failures, loginAttempts: failures }),
    );

  test("ten visitors of one network who fail twice each are found together", () => {
    const found = findCredentialStuffing(networkLoginsOf(failing(10, 2)), DEFAULTS);
    expect(found).toHaveLength(1);
    expect(found[0]?.finding.sentence).toBe(
      "20 failed logins from 10 visitors of 198.51.100.0/24 (limit: 20 an hour from 3).",
    );
  });

  test("the same failures spread over ten networks are not", () => {
    const spread = Array.from({ length: 10 }, (_, index) => failing(1, 2, `192.0.${index}.0/24`)).flat();
    expect(findCredentialStuffing(networkLoginsOf(spread), DEFAULTS)).toEqual([]);
  });

  test("one visitor who fails often is brute force and not this", () => {
    expect(findCredentialStuffing(networkLoginsOf(failing(1, 500)), DEFAULTS)).toEqual([]);
  });

  test("one visitor with many names is found where names are known", () => {
    const network = { network: "203.0.113.0/24", failures: 60, visitors: 1, usernames: 55 };
    expect(findCredentialStuffing([network], DEFAULTS)[0]?.finding.sentence).toContain("with 55 names");
  });

  test("visitors who log in without failing count for nothing", () => {
    const good = Array.from({ length: 50 }, () => activityOf({ loginAttempts: 9 }));
    expect(networkLoginsOf(good)).toEqual([]);
  });
});
