import { Skeleton } from "@/components/ui/skeleton";

/** Rows of a table that are on their way. */
export function TableSkeleton({ rows }: { rows: number }) {
  return (
    <div className="flex flex-col gap-3 p-4" aria-busy="true">
      <p role="status" className="sr-only">
        Loading …
      </p>
      {Array.from({ length: rows }, (_, index) => `row ${index}`).map((row) => (
        <Skeleton key={row} className="h-9 max-md:h-24" />
      ))}
    </div>
  );
}
