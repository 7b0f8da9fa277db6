import { expect, test } from "vitest";
import { findTrafficSpike, type HourTraffic } from "@/lib/detection/rules/traffic-spike";
import { DEFAULTS, START } from "@/lib/detection/test/activity-of";

const HOUR = 3_600_000;

/** Hours before START in which the site has 100 requests, by night 10. */
function usualHours(hours: number): HourTraffic[] {
  return Array.from({ length: hours }, (_, index) => {
    const at = START - (index + 1) * HOUR;
    return { at, requests: new Date(at).getUTCHours() < 6 ? 10 : 100 };
  });
}

const now = (requests: number, at = START) => ({ at, requests });

test("twelve times the usual of this hour of the week is a spike", () => {
  const finding = findTrafficSpike(now(1200), usualHours(15 * 24), DEFAULTS);
  expect(finding?.sentence).toBe(
    "1,200 requests in this hour, 12 times the usual 100 at this hour of the week (limit: 4 times).",
  );
});

test("three times the usual is not", () => {
  expect(findTrafficSpike(now(300), usualHours(15 * 24), { ...DEFAULTS, spikeRequests: 1 })).toBeNull();
});

test("a quiet site's twenty requests instead of two are not", () => {
  const quiet = usualHours(15 * 24).map(({ at }) => ({ at, requests: 2 }));
  expect(findTrafficSpike(now(20), quiet, DEFAULTS)).toBeNull();
});

test("nothing is usual before there is a week of it", () => {
  expect(findTrafficSpike(now(100_000), usualHours(167), DEFAULTS)).toBeNull();
  expect(findTrafficSpike(now(100_000), usualHours(168), DEFAULTS)).not.toBeNull();
});

test("by night is measured by night", () => {
  const night = START - 7 * HOUR;
  const baseline = usualHours(15 * 24).filter(({ at }) => at < night);
  expect(findTrafficSpike(now(600, night), baseline, DEFAULTS)?.counts.usual).toBe(10);
});

test("an attack a week ago does not make the next one usual", () => {
  const attacked = usualHours(4 * 168).map((hour) =>
    hour.at === START - 168 * HOUR ? { ...hour, requests: 90_000 } : hour,
  );
  expect(findTrafficSpike(now(5000), attacked, DEFAULTS)?.counts.usual).toBe(100);
});
