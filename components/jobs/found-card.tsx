import { Card } from "@/components/ui/card";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { formatCount, formatPlural, formatTime } from "@/lib/format";

/** One hour of detection; `at` is its start in milliseconds since 1970. */
export type FoundHour = { at: number; found: number; blocked: number; failures: number };

const [WIDTH, HEIGHT, GAP] = [480, 64, 4];

/** How many suspicious targets a rule stands for. */
export type RuleCount = { rule: string; found: number };

type Props = {
  hours: readonly FoundHour[];
  /** Those of most weight, the first the most. */
  rules: readonly RuleCount[];
};

/** Who became suspicious in each of the last hours, and by which rules. */
export function FoundCard({ hours, rules }: Props) {
  const total = sum(hours, "found");
  const blocked = sum(hours, "blocked");
  const failures = sum(hours, "failures");
  const most = Math.max(1, ...hours.map(({ found }) => found));
  const step = WIDTH / Math.max(1, hours.length);
  const peak = hours.find(({ found }) => found === most);
  const first = hours[0];
  const middle = hours[Math.floor(hours.length / 2)];
  const summary =
    total === 0
      ? "Nobody became suspicious"
      : `${formatPlural(total, "address", "addresses")} became suspicious`;
  return (
    <Card title="Found in the last 24 hours" className="flex-1">
      <p className="text-base font-medium text-pretty">{summary}</p>
      <p className="text-xs text-muted">
        {blocked > 0 ? `${formatPlural(blocked, "block")} by detection` : "No block by detection"}
        {failures > 0 && <span className="text-blocked">, {formatPlural(failures, "run")} failed</span>}
      </p>
      <svg
        role="img"
        aria-label={
          peak
            ? `${summary}; most, ${most}, in the hour from ${formatTime(new Date(peak.at), "minute", "UTC")} UTC`
            : summary
        }
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="mt-3 block h-20 w-full border-b border-line"
      >
        {hours.map(({ at, found, failures: failed }, index) => {
          const height = found === 0 ? 0 : Math.max(3, (found / most) * (HEIGHT - 4));
          return (
            <g key={at}>
              <title>{`${formatTime(new Date(at), "minute", "UTC")} UTC: ${formatPlural(found, "address", "addresses")}${failed > 0 ? `, ${formatPlural(failed, "run")} failed` : ""}`}</title>
              <rect x={index * step} width={step} height={HEIGHT} fill="transparent" />
              <rect
                x={index * step + GAP / 2}
                y={HEIGHT - height}
                width={step - GAP}
                height={height}
                fill="var(--suspicious-fill)"
              />
              {failed > 0 && (
                <rect
                  x={index * step + GAP / 2}
                  y={0}
                  width={step - GAP}
                  height={3}
                  fill="var(--blocked-fill)"
                />
              )}
            </g>
          );
        })}
      </svg>
      <p className="mt-1 flex justify-between text-xs text-faint">
        {first && <Time at={first.at} style="minute" />}
        {middle && <Time at={middle.at} style="minute" />}
        <span>now</span>
      </p>
      {rules.length > 0 && <RuleList rules={rules} />}
    </Card>
  );
}

function RuleList({ rules }: { rules: readonly RuleCount[] }) {
  const most = Math.max(1, ...rules.map(({ found }) => found));
  return (
    <>
      <h3 className="mt-4 mb-1 text-xs text-muted">Seen in this time, by rule</h3>
      <ul className="flex flex-col">
        {rules.map(({ rule, found }) => (
          <li key={rule}>
            <Link
              href={`/suspicious?reason=${rule}`}
              className="-mx-2 grid h-7 grid-cols-[minmax(0,1fr)_4rem_2.5rem] items-center gap-2 rounded px-2 hover:bg-sunken max-md:h-9"
            >
              <span className="truncate font-mono text-xs">{rule}</span>
              <svg aria-hidden="true" className="block h-1.5 w-full rounded-full" preserveAspectRatio="none">
                <title>Share</title>
                <rect width={`${(100 * found) / most}%`} height="100%" fill="var(--suspicious-fill)" />
              </svg>
              <span className="text-right text-xs">{formatCount(found)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function sum(hours: readonly FoundHour[], name: "found" | "blocked" | "failures"): number {
  return hours.reduce((total, hour) => total + hour[name], 0);
}
