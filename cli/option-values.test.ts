import { describe, expect, test } from "vitest";
import { durationSeconds, expiryOf, factor, instant, siteUrl, wholeNumber } from "@/cli/option-values";

const NOW = new Date("2026-03-10T12:00:00Z");

describe("values of options", () => {
  test.each([
    ["90s", 90],
    ["15m", 900],
    ["24h", 86_400],
    ["7d", 604_800],
    ["2w", 1_209_600],
  ])("%s is a duration of %d seconds", (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });

  test.each(["", "24", "h", "-1h", "1.5h", "24 hours", "999999999w"])("'%s' is no duration", (text) => {
    expect(() => durationSeconds(text)).toThrow("15m, 24h or 7d");
  });

  test.each([
    ["2027-03-01", "2027-03-01T00:00:00.000Z"],
    ["2027-03-01T18:00Z", "2027-03-01T18:00:00.000Z"],
    ["2027-03-01 18:00:30+02:00", "2027-03-01T16:00:30.000Z"],
  ])("%s is a time", (text, iso) => {
    expect(instant(text).toISOString()).toBe(iso);
  });

  test.each(["", "tomorrow", "1772380800", "2027-13-01", "2027-03-01T25:00Z", "03/01/2027"])(
    "'%s' is no time",
    (text) => {
      expect(() => instant(text)).toThrow("A time is written like");
    },
  );

  test("a rule ends after its duration, at its time, or never", () => {
    expect(expiryOf({ for: 60 }, NOW)).toEqual(new Date("2026-03-10T12:01:00Z"));
    expect(expiryOf({ until: NOW }, new Date(0))).toEqual(NOW);
    expect(expiryOf({}, NOW)).toBeNull();
  });

  test("numbers that mean nothing are refused", () => {
    expect(wholeNumber("16")).toBe(16);
    for (const text of ["0", "-1", "1.5", "x", "", "9999999999"]) expect(() => wholeNumber(text)).toThrow();
    expect([factor("60"), factor("0.5"), factor(".25")]).toEqual([60, 0.5, 0.25]);
    for (const text of ["0", "-1", "fast", "", "1e3", "Infinity"]) expect(() => factor(text)).toThrow();
  });

  test("the address of a site has no path and no password", () => {
    expect(siteUrl("http://127.0.0.1:3000").origin).toBe("http://127.0.0.1:3000");
    for (const text of ["localhost:3000", "ftp://127.0.0.1", "http://127.0.0.1/x", "http://a:b@127.0.0.1"]) {
      expect(() => siteUrl(text)).toThrow("address of a site");
    }
  });
});
