import { clsx } from "clsx";
import { STATUS_WORDS } from "@/components/suspicious/words";
import type { SuspiciousStatus } from "@/db/schema";

export function StatusBadge({ status }: { status: SuspiciousStatus }) {
  const { word, icon: Icon, badge } = STATUS_WORDS[status];
  return (
    <span className={clsx("inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs font-medium", badge)}>
      <Icon className="size-3" aria-hidden="true" />
      {word}
    </span>
  );
}
