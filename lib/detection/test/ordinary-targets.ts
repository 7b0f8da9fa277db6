import { ORDINARY_APPS } from "@/lib/detection/test/ordinary-apps";
import { ORDINARY_SITES } from "@/lib/detection/test/ordinary-sites";

export type OrdinaryTarget = { software: string; method: string; target: string };

/** Requests that common software is made for, each with the software it belongs to. */
export function ordinaryTargets(): OrdinaryTarget[] {
  return Object.entries({ ...ORDINARY_SITES, ...ORDINARY_APPS }).flatMap(([software, lines]) =>
    lines
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .map((line) => {
        const [method = "GET", target] = line.startsWith("/") ? ["GET", line] : line.split(" ");
        return { software, method, target: target ?? "" };
      }),
  );
}
