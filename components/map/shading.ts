import { formatCompact } from "@/lib/format";

/** A class of the shading: from this number of requests on, up to the next class. */
export type ShadeClass = { from: number; level: 1 | 2 | 3 | 4 | 5; label: string };

const LEVELS = [1, 2, 3, 4, 5] as const;
const NICE = [1, 2, 3, 5, 10];

const niceAtMost = (value: number): number => {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return (NICE.findLast((each) => each * magnitude <= value * 1.0001) ?? 1) * magnitude;
};

/** Up to five classes between 1 and `max` at equal steps of the logarithm, at round numbers. */
export function shadeClasses(max: number): ShadeClass[] {
  if (max < 1) return [];
  const bounds = LEVELS.map((_, index) => niceAtMost(Math.max(1, max ** (index / LEVELS.length))));
  const distinct = [...new Set(bounds)];
  return distinct.map((from, index) => {
    const level = LEVELS[Math.round((index / Math.max(1, distinct.length - 1)) * (LEVELS.length - 1))] ?? 1;
    return { from, level, label: `${formatCompact(from)}+` };
  });
}

/** The level of a number of requests, 0 for none. */
export function shadeLevel(classes: readonly ShadeClass[], requests: number): 0 | ShadeClass["level"] {
  return classes.findLast((each) => requests >= each.from)?.level ?? 0;
}

/** The radius of a circle in pixels: its area stands for the requests. */
export function circleRadius(requests: number, most: number, largest: number): number {
  return Math.max(2.5, Math.sqrt(requests / Math.max(1, most)) * largest);
}
