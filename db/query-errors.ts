import { DrizzleQueryError } from "drizzle-orm";

/**
 * Takes the values out of what Drizzle says of a failed query: logs and error pages would show what a visitor typed,
 * his network, and hashes. The setter stands in for the field that the library assigns before it captures the stack.
 */
export function hideQueryValues(): void {
  Object.defineProperty(DrizzleQueryError.prototype, "params", {
    configurable: true,
    get: () => [],
    set(this: Error) {
      this.message = this.message.split("\nparams: ")[0] ?? "";
    },
  });
}
