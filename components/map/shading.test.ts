import fc from "fast-check";
import { expect, test } from "vitest";
import { circleRadius, shadeClasses, shadeLevel } from "@/components/map/shading";

test("the legend is in round numbers at equal steps of the logarithm", () => {
  expect(shadeClasses(90_488).map((each) => each.label)).toEqual(["1+", "5+", "50+", "500+", "5k+"]);
  expect(shadeClasses(4).map((each) => each.label)).toEqual(["1+", "2+", "3+"]);
  expect(shadeClasses(0)).toEqual([]);
});

test("the largest number has the last class, one request the first, and none is not shaded", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 1_000_000_000 }), (max) => {
      const classes = shadeClasses(max);
      expect(classes[0]?.from).toBe(1);
      expect(shadeLevel(classes, max)).toBe(classes.at(-1)?.level);
      expect(shadeLevel(classes, 1)).toBe(1);
      expect(shadeLevel(classes, 0)).toBe(0);
      expect([...classes].sort((x, y) => x.from - y.from)).toEqual(classes);
    }),
  );
});

test("four times the requests are twice the radius", () => {
  expect(circleRadius(400, 400, 20)).toBe(20);
  expect(circleRadius(100, 400, 20)).toBe(10);
  expect(circleRadius(0, 400, 20)).toBe(2.5);
});
