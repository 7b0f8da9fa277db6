import type { ReactNode } from "react";

/** A page's title, one line on what it holds, and its main button. */
export function PageHead({ title, note, action }: { title: string; note?: ReactNode; action?: ReactNode }) {
  return (
    <div className="mb-4 flex flex-wrap items-end justify-between gap-3">
      <div>
        <h1 className="text-xl font-semibold">{title}</h1>
        {note && <p className="mt-0.5 text-muted">{note}</p>}
      </div>
      {action}
    </div>
  );
}
