import { clsx } from "clsx";
import { countryName } from "@/lib/format";

/** The two letters of a country in a small frame, its name on hover; a dash where it is not known. */
export function CountryBadge({ code, className }: { code: string | null; className?: string }) {
  const isKnown = Boolean(code) && /^[A-Z]{2}$/.test(code as string);
  return (
    <span
      title={isKnown ? countryName(code) : "Country unknown"}
      className={clsx(
        "inline-flex h-4.5 w-6.5 shrink-0 items-center justify-center rounded-[3px] border font-mono text-[10px] leading-none",
        isKnown ? "border-line bg-sunken text-muted" : "border-dashed border-line text-faint",
        className,
      )}
    >
      <span aria-hidden="true">{isKnown ? code : "–"}</span>
      <span className="sr-only">{countryName(code)}</span>
    </span>
  );
}
