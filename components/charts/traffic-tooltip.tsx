import { SERIES, type TrafficPoint } from "@/components/charts/traffic-chart";
import { VERDICTS } from "@/components/ui/verdict";
import { formatCount, formatShare, formatTime } from "@/lib/format";

const clock = (at: number) => formatTime(new Date(at), "minute").split(", ")[1];

/** Every value of a step with its share, and what the period before had in its place. */
export function TrafficTooltip({
  point,
  stepSeconds,
  from,
  until,
}: {
  point: TrafficPoint;
  stepSeconds: number;
  from: number;
  until: number;
}) {
  const end = point.at + stepSeconds * 1000;
  const total = point.allowed + point.limited + point.blocked;
  return (
    <div className="min-w-52 rounded-lg border border-line bg-raised px-3 py-2 text-xs shadow-sm">
      <p className="mb-1.5 font-medium">
        {formatTime(new Date(point.at), "day")}, {clock(Math.max(point.at, from))} to{" "}
        {clock(Math.min(end, until))}
        {end > until && <span className="font-normal text-faint"> · so far</span>}
      </p>
      <table className="w-full">
        <tbody>
          {[...SERIES].reverse().map(({ key, verdict }) => {
            const { word, icon: Icon, text } = VERDICTS[verdict];
            return (
              <tr key={key}>
                <th scope="row" className="flex items-center gap-1.5 py-0.5 text-left font-normal text-muted">
                  <Icon className={`size-3 ${text}`} aria-hidden="true" />
                  {word}
                </th>
                <td className="pl-4 text-right">{formatCount(point[key])}</td>
                <td className="w-16 pl-2 text-right text-faint">{formatShare(point[key], total)}</td>
              </tr>
            );
          })}
          <tr className="border-t border-line">
            <th scope="row" className="py-1 text-left font-medium">
              Total
            </th>
            <td className="pl-4 text-right font-medium">{formatCount(total)}</td>
            <td />
          </tr>
          <tr className="text-faint">
            <th scope="row" className="text-left font-normal">
              Period before
            </th>
            <td className="pl-4 text-right">{formatCount(point.before)}</td>
            <td />
          </tr>
        </tbody>
      </table>
    </div>
  );
}
