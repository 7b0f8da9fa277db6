import type { LogSource } from "@/cli/replay/log-source";
import type { Tally } from "@/cli/replay/tally";
import { formatCount } from "@/lib/format";

export type ProgressOptions = {
  logs: readonly LogSource[];
  tally: Tally;
  limit: number | null;
  /** Where it is shown: a bar on a terminal, else a plain line from time to time. */
  output: NodeJS.WritableStream & { isTTY?: boolean };
  plainEveryMs?: number;
};

const BAR_STEPS = 1000;
const BAR_EVERY_MS = 100;

/** Shows how far a replay is, until the function that it returns is called. */
export async function showProgress(options: ProgressOptions): Promise<() => void> {
  const { output, tally } = options;
  const startedAt = performance.now();
  const rate = () => formatCount(Math.round(tally.sent / ((performance.now() - startedAt) / 1000)));
  if (!output.isTTY) {
    const line = () => output.write(`${percentOf(options)}${formatCount(tally.sent)} sent, ${rate()}/s\n`);
    const timer = setInterval(line, options.plainEveryMs ?? 5000);
    return () => clearInterval(timer);
  }
  const { default: cliProgress } = await import("cli-progress");
  const format = "Replaying [{bar}] {percentage} % | {sent} sent | {rate}/s";
  const bar = new cliProgress.SingleBar({
    format,
    stream: output,
    barsize: 30,
  });
  const payload = () => ({ sent: formatCount(tally.sent), rate: rate() });
  bar.start(BAR_STEPS, 0, { sent: "0", rate: "0" });
  const show = () => bar.update(Math.floor((shareOf(options) ?? 0) * BAR_STEPS), payload());
  const timer = setInterval(show, BAR_EVERY_MS);
  return () => {
    clearInterval(timer);
    show();
    bar.stop();
  };
}

/** Between 0 and 1; null where nobody knows how much there is. */
export function shareOf({
  logs,
  limit,
  tally,
}: Pick<ProgressOptions, "logs" | "limit" | "tally">): number | null {
  const sizes = logs.map((log) => log.size);
  const total = sizes.includes(null) ? 0 : sizes.reduce((sum: number, size) => sum + (size ?? 0), 0);
  const ofLimit = limit === null ? null : tally.sent / limit;
  if (total === 0) return ofLimit;
  const read = logs.reduce((sum, log) => sum + log.bytesRead(), 0);
  return Math.min(1, Math.max(read / total, ofLimit ?? 0));
}

function percentOf(options: ProgressOptions): string {
  const share = shareOf(options);
  return share === null ? "" : `${Math.floor(share * 100)} %, `;
}
