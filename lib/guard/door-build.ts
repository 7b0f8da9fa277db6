// Imports nothing: the configuration of Next.js takes these, too, where no alias is known.

/** The build as the Node door serves it, in which Next.js has no middleware: `services/door-build.ts` makes it. */
export const DOOR_BUILD = ".next/node-door";

const MARK = Symbol.for("gatehouse.door-stands-before-next");

/**
 * Tells the configuration of Next.js, which is read in this process, that a door stands before it. No variable of the
 * environment can: one that is left over where nothing but `next start` runs would leave a site without its guard.
 */
export function standBeforeNext(): void {
  Object.assign(globalThis, { [MARK]: true });
}

export const standsBeforeNext = (): boolean => MARK in globalThis;
