import { measureDoor } from "@/bench/door-row";
import type { Row } from "@/bench/row";

export const row: Row = {
  id: "edge-door",
  what: "an allowed request through the edge door, recorded",
  against: "the same address behind an empty edge middleware",
  run: (log) => measureDoor("edge-door", { p99Max: 1.2, log }),
};
