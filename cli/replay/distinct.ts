import { createHash } from "node:crypto";
import { addToSketch, countSketch, newSketch, type Sketch } from "@/lib/hyperloglog";

/** Counts different texts: exactly up to a number, and beyond it in a few bytes with an error of some 1.6 %. */
export class DistinctCount {
  readonly #seen = new Set<string>();
  #sketch: Sketch | null = null;

  constructor(readonly exactMax = 100_000) {}

  add(text: string): void {
    if (this.#sketch) {
      addToSketch(this.#sketch, hashOf(text));
      return;
    }
    this.#seen.add(text);
    if (this.#seen.size <= this.exactMax) return;
    this.#sketch = newSketch();
    for (const one of this.#seen) addToSketch(this.#sketch, hashOf(one));
    this.#seen.clear();
  }

  get isExact(): boolean {
    return this.#sketch === null;
  }

  get count(): number {
    return this.#sketch ? countSketch(this.#sketch) : this.#seen.size;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
