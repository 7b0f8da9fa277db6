import fc from "fast-check";
import { expect, test } from "vitest";
import { EQUAL_EARTH_X, EQUAL_EARTH_Y, fromPlane, toPlane } from "@/components/map/equal-earth";

test("the middle and the edges of the earth lie where they should", () => {
  expect(toPlane(0, 0)).toEqual({ x: 0, y: 0 });
  expect(toPlane(0, 180).x).toBeCloseTo(EQUAL_EARTH_X, 9);
  expect(toPlane(90, 0).y).toBeCloseTo(EQUAL_EARTH_Y, 9);
});

test("a place is found again from where it was drawn", () => {
  const places = fc.tuple(
    fc.double({ min: -89, max: 89, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
  );
  fc.assert(
    fc.property(places, ([latitude, longitude]) => {
      const found = fromPlane(toPlane(latitude, longitude));
      expect(found.latitude).toBeCloseTo(latitude, 6);
      expect(found.longitude).toBeCloseTo(longitude, 6);
    }),
  );
});

test("equal areas of the globe are equal areas of the map", () => {
  const area = (south: number, north: number) => {
    const steps = 400;
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      const low = south + ((north - south) * step) / steps;
      const high = south + ((north - south) * (step + 1)) / steps;
      sum += (toPlane(high, 0).y - toPlane(low, 0).y) * toPlane((low + high) / 2, 10).x;
    }
    return sum / (Math.sin((north * Math.PI) / 180) - Math.sin((south * Math.PI) / 180));
  };
  expect(area(60, 70)).toBeCloseTo(area(0, 10), 4);
});
