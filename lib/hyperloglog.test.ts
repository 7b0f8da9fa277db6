import { expect, test } from "vitest";
import { addToSketch, countSketch, encodeSketch, mergeSketches, newSketch } from "@/lib/hyperloglog";
import { hashText } from "@/lib/privacy/hash";

function sketchOf(from: number, to: number) {
  const sketch = newSketch();
  for (let n = from; n < to; n++) addToSketch(sketch, hashText(String(n), "key"));
  return sketch;
}
const stored = (from: number, to: number) => Buffer.from(encodeSketch(sketchOf(from, to)), "hex");

test.each([0, 1, 2, 10, 100])("%i visitors are counted almost to the one", (count) => {
  expect(Math.abs(countSketch(sketchOf(0, count)) - count)).toBeLessThanOrEqual(count * 0.02);
});

test.each([1000, 10_000, 60_000])("%i visitors are counted within 5 per cent", (count) => {
  expect(Math.abs(countSketch(sketchOf(0, count)) / count - 1)).toBeLessThan(0.05);
});

test("a visitor who comes again counts once, in one sketch and over two", () => {
  const twice = mergeSketches([stored(0, 500), stored(0, 500), null]);
  expect(countSketch(twice)).toBe(countSketch(sketchOf(0, 500)));
  const union = mergeSketches([stored(0, 3000), stored(2000, 5000)]);
  expect(countSketch(union)).toBe(countSketch(sketchOf(0, 5000)));
});

test("few visitors take few bytes, many a bounded number", () => {
  expect(encodeSketch(sketchOf(0, 5)).length / 2).toBe(15);
  expect(encodeSketch(sketchOf(0, 50_000)).length / 2).toBe(4096);
});
