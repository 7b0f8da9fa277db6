import { clsx } from "clsx";

/** A place that something is on its way to. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden="true" className={clsx("wait rounded-md bg-sunken", className)} />;
}
