import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readManifest } from "@/bench/eval/manifest";
import type { SetResult } from "@/bench/eval/measure";
import { measurePatterns } from "@/bench/eval/patterns";
import { missedTargets, sayResult } from "@/bench/eval/report";
import { measureAsserted, measureBenign, measureHostile } from "@/bench/eval/sets";
import { thresholdsFrom } from "@/lib/detection/thresholds";

const { values } = parseArgs({
  options: { data: { type: "string" }, details: { type: "boolean", default: false } },
});
const ownFolder = fileURLToPath(new URL("../../shared/data", import.meta.url));
const folder = values.data
  ? path.resolve(process.env.INIT_CWD ?? ".", values.data)
  : (process.env.GATEHOUSE_DATA ?? ownFolder);

process.exitCode = main();

/** 0 where every target is reached, 1 where one is missed, 2 without the data. */
function main(): number {
  const manifest = readManifest(folder);
  if (manifest === null) {
    console.error(`There is no eval.json in ${folder}: name the folder with --data.`);
    return 2;
  }
  const thresholds = thresholdsFrom();
  const missed: string[] = [];
  const say = (result: SetResult) => {
    console.log(sayResult(result, values.details));
    missed.push(...missedTargets(result));
  };
  for (const set of manifest.sets) {
    if (set.kind === "asserted") say(measureAsserted(folder, set, thresholds));
    else if (set.kind === "hostile") say(measureHostile(folder, set, manifest.ordinary_targets, thresholds));
    else say(measureBenign(folder, set, thresholds));
  }
  for (const result of measurePatterns(folder)) say(result);
  for (const target of missed) console.log(`Missed: ${target}`);
  if (missed.length === 0) console.log("Every target is reached.");
  return missed.length === 0 ? 0 : 1;
}
