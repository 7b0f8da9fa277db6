import type { LogSource } from "@/cli/replay/log-source";
import { Pace } from "@/cli/replay/pace";
import { planLine } from "@/cli/replay/plan";
import { type HeadOptions, headersOf } from "@/cli/replay/request-head";
import { Sender } from "@/cli/replay/sender";
import { Slots } from "@/cli/replay/slots";
import type { Tally } from "@/cli/replay/tally";
import { formatIp } from "@/lib/ip";

export type ReplayOptions = {
  logs: readonly LogSource[];
  url: URL;
  concurrency: number;
  /** How many times the log's own pace; null for full speed. */
  speed: number | null;
  /** Requests to send at the most; null for all. */
  limit: number | null;
  head: HeadOptions;
  signal: AbortSignal;
  /** Milliseconds that the site may refuse connections before the replay ends; default 5,000. */
  refusedWaitMs?: number;
};

/**
 * Sends each request of the logs, in their order and each once, and counts into the tally. Over several connections
 * requests may overtake each other on the way; over one (`concurrency: 1`) each waits for the answer to the one before.
 * @returns by how many milliseconds the log's pace was missed at the end.
 * @throws CommandError where a log cannot be read or nobody takes connections; what was sent is in the tally.
 */
export async function replay(options: ReplayOptions, tally: Tally): Promise<{ behindMs: number }> {
  const { logs, url, concurrency, speed, limit, head, signal, refusedWaitMs } = options;
  const sender = new Sender({ url, concurrency, refusedWaitMs });
  const slots = new Slots(concurrency);
  const pace = new Pace({ speed, signal });
  const stop = new AbortController();
  let failure: unknown = null;
  let started = 0;
  try {
    for await (const { line, place } of linesOf(logs)) {
      if (signal.aborted || stop.signal.aborted) break;
      tally.read++;
      const plan = planLine(line);
      if (plan.kind === "unparsable") tally.addUnparsable(place, line);
      if (plan.kind === "unsendable") tally.addUnsendable(place, plan.reason);
      if (plan.kind !== "request") continue;
      const { request } = plan;
      await pace.until(request.at);
      await slots.take();
      if (signal.aborted || stop.signal.aborted) {
        slots.give();
        tally.read--;
        break;
      }
      const { method, target } = request;
      sender
        .send({ method, target, headers: headersOf(request, head) })
        .then((answer) => tally.addAnswer(place, formatIp(request.ip), answer))
        .catch((error) => {
          failure ??= error;
          stop.abort();
        })
        .finally(() => slots.give());
      if (++started === limit) break;
    }
  } finally {
    await slots.idle();
    sender.close();
  }
  if (failure) throw failure;
  return { behindMs: pace.behindMs };
}

async function* linesOf(logs: readonly LogSource[]): AsyncGenerator<{ line: string; place: string }> {
  for (const log of logs) {
    let number = 0;
    for await (const line of log.lines()) {
      number++;
      if (line.trim() !== "")
        yield { line, place: logs.length > 1 ? `${log.name}:${number}` : `line ${number}` };
    }
  }
}
