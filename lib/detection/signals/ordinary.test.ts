import { describe, expect, test } from "vitest";
import { ATTACK_SIGNALS, matchesOf } from "@/lib/detection/signals";
import { ordinaryTargets } from "@/lib/detection/test/ordinary-targets";

const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const HOSTILE: readonly string[] = ATTACK_SIGNALS;

function hostileIn(method: string, target: string, status: number | null = 200): string[] {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? null : target.slice(mark + 1);
  return matchesOf({ method, path, query, userAgent: BROWSER, status })
    .filter(({ signal }) => HOSTILE.includes(signal))
    .map(({ signal, rule }) => `${signal}: ${rule}`);
}

describe.each([...new Set(ordinaryTargets().map(({ software }) => software))])(
  "%s, used as it is meant",
  (software) => {
    const own = ordinaryTargets().filter((one) => one.software === software);

    test.each(own.map(({ method, target }) => [method, target] as const))(
      "%s %s shows nothing hostile",
      (method, target) => {
        expect(hostileIn(method, target)).toEqual([]);
      },
    );
  },
);

// At the edge no status is known, and behind it there is no such software.
describe.each(["Next.js and other JavaScript frameworks", "Tracking, sign-in by others, links from mail"])(
  "%s, at a door that sees no answer",
  (software) => {
    const own = ordinaryTargets().filter((one) => one.software === software);
    test.each(own.map(({ method, target }) => [method, target] as const))("%s %s", (method, target) => {
      expect(hostileIn(method, target, null)).toEqual([]);
    });
  },
);
