import { Skeleton } from "@/components/ui/skeleton";

/** The overview in its final size, before its numbers are there. */
export function OverviewSkeleton() {
  return (
    <div className="grid grid-cols-12 gap-4" aria-busy="true">
      <p className="sr-only" role="status">
        Counting …
      </p>
      <Skeleton className="col-span-12 mb-1 h-8 max-w-3xl max-md:h-24" />
      <div className="col-span-12 grid grid-cols-4 gap-4 max-lg:grid-cols-2 max-md:gap-3">
        {["requests", "visitors", "blocked", "limited"].map((name) => (
          <Skeleton key={name} className="h-[105px]" />
        ))}
      </div>
      <Skeleton className="col-span-12 h-[364px] xl:col-span-8" />
      <Skeleton className="col-span-12 h-[364px] xl:col-span-4" />
      <Skeleton className="col-span-12 h-[560px] max-xl:h-[860px]" />
      <Skeleton className="col-span-12 h-[380px] lg:col-span-6" />
      <Skeleton className="col-span-12 h-[380px] lg:col-span-6" />
    </div>
  );
}
