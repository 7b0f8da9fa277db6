import { clsx } from "clsx";
import { Link } from "@/components/ui/link";
import { RelativeTime } from "@/components/ui/time";

export type DetectionState = {
  /** When detection ran last, in milliseconds since 1970; null where it never has. */
  ranAt: number | null;
  hasFailed: boolean;
  /** Rules that block by themselves, and all that look. */
  enforced: number;
  rules: number;
};

/** Whether detection is at work, and what it does by itself. */
export function DetectionLine({ state, now }: { state: DetectionState; now: number }) {
  const { ranAt, hasFailed, enforced, rules } = state;
  const link = "underline underline-offset-2 hover:text-ink";
  return (
    <p className="text-xs text-muted max-md:w-full md:text-right">
      <Link href="/jobs" className={clsx(link, hasFailed && "text-limited")}>
        {ranAt === null ? (
          "Detection has not run yet"
        ) : (
          <>
            Detection {hasFailed ? "failed" : "looked"} <RelativeTime at={ranAt} now={now} />
          </>
        )}
      </Link>
      <br />
      <Link href="/settings" className={link}>
        {enforced === 0 ? "It only observes" : `${enforced} of ${rules} rules block by themselves`}
      </Link>
    </p>
  );
}
