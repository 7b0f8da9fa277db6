import { LIVE_SECONDS, type SecondCount } from "@/components/live/message";
import { VERDICTS } from "@/components/ui/verdict";
import { formatPlural } from "@/lib/format";

const BIN_SECONDS = 10;
const BINS = LIVE_SECONDS / BIN_SECONDS;
const [WIDTH, HEIGHT, GAP] = [300, 40, 2];

/** `at` counts the bars since 1970. */
export type LiveBin = { at: number; allowed: number; limited: number; blocked: number };

/** Counts of ten seconds each, the last one the seconds that are going on. */
export function binsOf(seconds: ReadonlyMap<number, SecondCount>, now: number): LiveBin[] {
  const last = Math.floor(now / 1000 / BIN_SECONDS);
  const first = last - BINS + 1;
  const bins = Array.from({ length: BINS }, (_, index) => ({
    at: first + index,
    allowed: 0,
    limited: 0,
    blocked: 0,
  }));
  for (const count of seconds.values()) {
    const bin = bins[Math.floor(count.second / BIN_SECONDS) - first];
    if (!bin) continue;
    bin.allowed += count.allowed;
    bin.limited += count.limited;
    bin.blocked += count.blocked;
  }
  return bins;
}

/** Five minutes in bars of ten seconds, stacked as in the chart beside it. */
export function LiveBars({ seconds, now }: { seconds: ReadonlyMap<number, SecondCount>; now: number }) {
  const bins = binsOf(seconds, now);
  const most = Math.max(1, ...bins.map((bin) => bin.allowed + bin.limited + bin.blocked));
  const width = WIDTH / BINS - GAP;
  const offset = bins[0]?.at ?? 0;
  return (
    <svg
      role="img"
      aria-label={`At most ${formatPlural(most, "request")} in ten seconds`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="block h-10 w-full border-b border-line"
    >
      {bins.map((bin) => {
        const index = bin.at - offset;
        const scale = (value: number) => (value / most) * HEIGHT;
        const heights = {
          allowed: scale(bin.allowed),
          limited: scale(bin.limited),
          blocked: scale(bin.blocked),
        };
        const x = index * (width + GAP) + GAP / 2;
        const limitedY = HEIGHT - heights.allowed - heights.limited;
        return (
          <g key={bin.at}>
            <rect
              x={x}
              y={HEIGHT - heights.allowed}
              width={width}
              height={heights.allowed}
              fill={VERDICTS.allow.fill}
            />
            <rect x={x} y={limitedY} width={width} height={heights.limited} fill={VERDICTS.limit.fill} />
            <rect
              x={x}
              y={limitedY - heights.blocked}
              width={width}
              height={heights.blocked}
              fill={VERDICTS.block.fill}
            />
          </g>
        );
      })}
    </svg>
  );
}
