import { expect, test } from "vitest";
import { turned } from "@/components/map/equal-earth";
import { worldShapes } from "@/components/map/world-shapes";

test("no shape lies at both edges of the map, where it would draw a line across the world", () => {
  const torn = worldShapes().flatMap(({ geometry, properties }) => {
    const polygons =
      geometry.type === "Polygon"
        ? [geometry.coordinates]
        : geometry.type === "MultiPolygon"
          ? geometry.coordinates
          : [];
    const isTorn = polygons.flat().some((ring) =>
      ring.some(([longitude], index) => {
        const next = ring[index + 1]?.[0];
        return next !== undefined && Math.abs(turned(next) - turned(longitude as number)) > 90;
      }),
    );
    return isTorn ? [properties.name] : [];
  });
  expect(torn).toEqual([]);
});

test("Antarctica is left out, and most countries are there by their letters", () => {
  const shapes = worldShapes();
  expect(shapes.some((shape) => shape.properties.code === "AQ")).toBe(false);
  expect(shapes.filter((shape) => shape.properties.code).length).toBeGreaterThan(170);
});
