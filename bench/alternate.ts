import type { Load } from "@/bench/load";
import { type Spread, spreadOf } from "@/bench/row";

export type Rounds = {
  /** Ours against the other, round by round. */
  rate: Spread;
  p99: Spread;
  ours: { requestsPerSecond: Spread; p99: Spread };
  other: { requestsPerSecond: Spread; p99: Spread };
  /** Requests that ours has answered over all rounds. */
  requests: number;
};

/**
 * Lets two take turns, each the first in every second round, so that what else the machine does meets both alike.
 * Neither may leave anything to do in the background when it is done: it would slow the other.
 */
export async function alternate(input: {
  rounds: number;
  ours: () => Promise<Load>;
  other: () => Promise<Load>;
  log: (line: string) => void;
}): Promise<Rounds> {
  const pairs: { ours: Load; other: Load }[] = [];
  for (let round = 0; round < input.rounds; round++) {
    const first = round % 2 === 0 ? null : await input.other();
    const ours = await input.ours();
    const other = first ?? (await input.other());
    pairs.push({ ours, other });
    input.log(
      `round ${round + 1}: ${Math.round(ours.requestsPerSecond)} requests/s, p99 ${ours.p99} ms, against ` +
        `${Math.round(other.requestsPerSecond)} requests/s, p99 ${other.p99} ms`,
    );
  }
  const spread = (pick: (pair: { ours: Load; other: Load }) => number) => spreadOf(pairs.map(pick));
  return {
    rate: spread(({ ours, other }) => ours.requestsPerSecond / other.requestsPerSecond),
    // Whole milliseconds: less than one is none.
    p99: spread(({ ours, other }) => ours.p99 / Math.max(1, other.p99)),
    ours: {
      requestsPerSecond: spread(({ ours }) => ours.requestsPerSecond),
      p99: spread(({ ours }) => ours.p99),
    },
    other: {
      requestsPerSecond: spread(({ other }) => other.requestsPerSecond),
      p99: spread(({ other }) => other.p99),
    },
    requests: pairs.reduce((sum, { ours }) => sum + ours.requests, 0),
  };
}
