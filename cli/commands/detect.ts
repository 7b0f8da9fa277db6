import type { Command } from "commander";
import { withGatehouse } from "@/cli/environment";
import { CommandError } from "@/cli/failure";
import { durationText, instant } from "@/cli/option-values";
import type { DetectionRun } from "@/db/schema";
import { noRoomWords } from "@/lib/detection/block-room";
import { formatPlural, formatUtc } from "@/lib/format";

type DetectOptions = { window: string; at?: Date; async?: boolean; json?: boolean };

export function registerDetect(program: Command): void {
  program
    .command("detect")
    .description("look for suspicious visitors now")
    .option("--window <duration>", "how far to look back: 1h, 24h, up to 7d", durationText, "1h")
    .option("--at <time>", "the end of the window: 2027-03-01T18:00Z (default: now)", instant)
    .option("--async", "only ask for it, and let the job do it")
    .option("--json", "as JSON, with everything that is known")
    .action(detect);
}

async function detect(options: DetectOptions): Promise<void> {
  await withGatehouse(async (db) => {
    const { commandActor } = await import("@/cli/actor");
    const request = {
      window: options.window,
      at: options.at?.toISOString(),
      actor: commandActor().name,
      trigger: "manual" as const,
    };
    if (options.async) {
      const { requestDetection } = await import("@/inngest/detection-request");
      const place = await requestDetection(db, request);
      console.log(place === "inngest" ? "Inngest has been asked for a detection." : await schedulerWords());
      return;
    }
    const { callOf, detectAll } = await import("@/inngest/detection-jobs");
    const run = await detectAll(callOf(request, new Date()), (message) => console.error(message));
    if (!run)
      throw new CommandError("Another detection is at it: look at its result, or try again in a minute.");
    console.log(options.json ? JSON.stringify(run, null, 2) : wordsOf(run));
  });
}

async function schedulerWords(): Promise<string> {
  const { readRuntime } = await import("@/services/runtime");
  const when = readRuntime() ? "within a second" : "as soon as Gatehouse runs";
  return `A detection is asked for: it begins ${when}.`;
}

function wordsOf({ flagged, examined, windowFrom, windowTo, details }: DetectionRun): string {
  const window = `from ${formatUtc(windowFrom)} to ${formatUtc(windowTo)}`;
  const found = `Found ${formatPlural(flagged, "suspicious address", "suspicious addresses")} among ${formatPlural(examined, "visitor")} ${window}.`;
  const more = [
    details.created > 0 ? `${details.created} new` : "",
    details.reopened > 0 ? `${details.reopened} opened again` : "",
    details.blocked > 0 ? `${details.blocked} blocked` : "",
    details.guarded > 0 ? `${details.guarded} spared` : "",
  ].filter((text) => text !== "");
  const rules = Object.entries(details.rules).sort((one, other) => other[1] - one[1]);
  return [
    more.length > 0 ? `${found} ${more.join(", ")}.` : found,
    ...(details.noRoom ? [noRoomWords(details.noRoom)] : []),
    ...rules.map(([rule, count]) => `  ${rule}: ${count}`),
    ...details.site.map(({ rule, sentence }) => `  ${rule}: ${sentence}`),
  ].join("\n");
}
