import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";

/** What a page will show, and the one command or button that fills it. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  command,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  command?: string;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-14 text-center">
      <span className="flex size-10 items-center justify-center rounded-full border border-line bg-sunken text-muted">
        <Icon className="size-5" aria-hidden="true" />
      </span>
      <p className="font-medium">{title}</p>
      <div className="max-w-md text-pretty text-muted">{children}</div>
      {command && (
        <div className="flex max-w-full items-center gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
          <code className="overflow-x-auto font-mono text-xs whitespace-nowrap">{command}</code>
          <CopyButton text={command} label="Copy the command" />
        </div>
      )}
      {action}
    </div>
  );
}
