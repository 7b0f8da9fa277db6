import { measureDoor } from "@/bench/door-row";
import type { Row } from "@/bench/row";

export const row: Row = {
  id: "node-door",
  what: "an allowed request through the Node door, recorded",
  against: "plain `next start` with an empty edge middleware",
  run: (log) => measureDoor("node-door", { p99Max: null, log }),
};
