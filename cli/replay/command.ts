import { CommandError } from "@/cli/failure";
import { checkIsLoopback, checkListens, defaultUrl, forwardedHeaderFor } from "@/cli/replay/destination";
import { type LogSource, openLog } from "@/cli/replay/log-source";
import { readLogTimes } from "@/cli/replay/log-times";
import { showProgress } from "@/cli/replay/progress";
import { openRecords } from "@/cli/replay/records";
import type { HeadOptions } from "@/cli/replay/request-head";
import { replay } from "@/cli/replay/run";
import { recordedLine, summaryLines } from "@/cli/replay/summary";
import { Tally } from "@/cli/replay/tally";
import { readEnv, required } from "@/lib/env";
import { adoptRuntime, readRuntime } from "@/services/runtime";

export type ReplayCommandOptions = {
  url?: URL;
  speed?: number;
  limit?: number;
  concurrency: number;
  times: "now" | "shifted";
  allowRemote?: boolean;
};

const DAY_MS = 86_400_000;

/** Replays logs, shows how far it is, and at the end what was sent, answered and recorded. */
export async function replayFromCommand(
  files: readonly string[],
  options: ReplayCommandOptions,
): Promise<void> {
  adoptRuntime();
  const env = readEnv();
  const url = options.url ?? defaultUrl(readRuntime());
  checkIsLoopback(url, Boolean(options.allowRemote));
  const forwardedHeader = forwardedHeaderFor(env);
  const logs = files.map(openLog);
  await checkListens(url);
  const limit = options.limit ?? null;
  const startedAt = new Date();
  const shift = options.times === "shifted" ? await shiftToNow(logs, limit, startedAt) : null;
  const head: HeadOptions = { host: url.host, forwardedHeader, shift };
  const stop = stopOnInterrupt();
  const records = await openRecords(shift?.first ?? startedAt, env);
  const tally = new Tally();
  const { concurrency, speed = null } = options;
  const hideProgress = await showProgress({ logs, tally, limit, output: process.stderr });
  const clock = performance.now();
  let behindMs = 0;
  let failure: unknown = null;
  try {
    ({ behindMs } = await replay({ logs, url, concurrency, speed, limit, head, signal: stop }, tally));
  } catch (error) {
    failure = error;
  }
  const seconds = (performance.now() - clock) / 1000;
  hideProgress();
  console.log(summaryLines(tally, { seconds, behindMs }).join("\n"));
  const recorded = await records.settle(tally.sent);
  console.log(typeof recorded === "string" ? `\n${recorded}` : `\n${recordedLine(recorded, tally.sent)}`);
  if (failure) throw failure;
  if (stop.aborted) throw new CommandError("Stopped before the end of the log.");
  if (tally.unanswered.size > 0) throw new CommandError("Not every request was answered.");
}

async function shiftToNow(logs: readonly LogSource[], limit: number | null, now: Date) {
  const secret = required(readEnv(), "NEXTAUTH_SECRET");
  if (logs.some((log) => !log.canRepeat)) {
    throw new CommandError("--times shifted reads the log twice: name a file instead of standard input.", 2);
  }
  const times = await readLogTimes(logs, limit);
  const byMs = times ? now.getTime() - times.last.getTime() : 0;
  const first = times ? new Date(times.first.getTime() + byMs) : now;
  const days = (now.getTime() - first.getTime()) / DAY_MS;
  const kept = readEnv().RETENTION_DAYS;
  if (days > kept) {
    console.error(
      `The log spans ${Math.ceil(days)} days: what lies over ${kept} days back is removed by prune-logs.`,
    );
  }
  return { byMs, first, secret };
}

/** The first Ctrl-C ends the sending and leaves the summary; the second one ends the command. */
function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
