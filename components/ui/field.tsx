import { clsx } from "clsx";
import type { ReactNode } from "react";

export const controlClass = clsx(
  "h-9 w-full min-w-0 rounded-md border border-line bg-surface px-2.5 text-sm text-ink placeholder:text-faint",
  "hover:border-line-strong max-md:h-10 max-md:text-base aria-invalid:border-blocked",
);

/** A label, its control, and what is wrong or right with it. */
export function Field({
  id,
  label,
  hint,
  problem,
  children,
  className,
}: {
  id: string;
  label: string;
  hint?: string;
  problem?: string | null;
  children: ReactNode;
  className?: string;
}) {
  return (
    <div className={clsx("flex min-w-0 flex-col gap-1", className)}>
      <label htmlFor={id} className="text-xs font-medium text-muted">
        {label}
      </label>
      {children}
      {problem ? (
        <p id={`${id}-note`} className="text-xs text-blocked">
          {problem}
        </p>
      ) : (
        hint && (
          <p id={`${id}-note`} className="text-xs text-faint">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
