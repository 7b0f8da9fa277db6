import { clsx } from "clsx";
import { type ReactNode, useId } from "react";

/** A card with a title, what stands at the right of it, and a body. */
export function Card({
  title,
  aside,
  children,
  className,
  flush = false,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Without padding: for tables and lists that bring their own. */
  flush?: boolean;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={clsx("flex min-w-0 flex-col rounded-card border border-line bg-surface", className)}
    >
      <header className="flex min-h-12 items-center justify-between gap-3 px-4 pt-1">
        <h2 id={id} className="font-medium">
          {title}
        </h2>
        {aside}
      </header>
      <div className={clsx("flex min-h-0 flex-1 flex-col", !flush && "px-4 pb-4")}>{children}</div>
    </section>
  );
}
