/** A map that forgets the entry least recently used when it is full: for what a visitor can invent keys of. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();

  constructor(readonly sizeMax: number) {}

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    if (this.#entries.size >= this.sizeMax) this.#entries.delete(this.#entries.keys().next().value as K);
    this.#entries.set(key, value);
  }
}
