import type { ShadeClass } from "@/components/map/shading";

/** What shades and circles mean, in numbers. */
export function MapLegend({ classes }: { classes: readonly ShadeClass[] }) {
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-5 gap-y-2 text-xs text-muted">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="whitespace-nowrap">Requests of a country</span>
        <ul className="flex flex-wrap gap-2">
          {classes.map(({ level, label }) => (
            <li key={level} className="flex items-center gap-1">
              <svg viewBox="0 0 12 12" className="size-3" aria-hidden="true">
                <rect width="12" height="12" rx="2" fill={`var(--map-${level})`} />
              </svg>
              {label}
            </li>
          ))}
        </ul>
      </div>
      <ul className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <li className="flex items-center gap-1.5">
          <svg viewBox="0 0 12 12" className="size-3" aria-hidden="true">
            <circle cx="6" cy="6" r="5.5" fill="var(--allowed-fill)" fillOpacity="0.62" />
          </svg>
          Place, area by requests
        </li>
        <li className="flex items-center gap-1.5">
          <svg viewBox="0 0 12 12" className="size-3" aria-hidden="true">
            <circle
              cx="6"
              cy="6"
              r="4.5"
              fill="var(--blocked-fill)"
              fillOpacity="0.62"
              stroke="var(--blocked)"
              strokeWidth="2"
            />
          </svg>
          Most refused
        </li>
      </ul>
    </div>
  );
}
