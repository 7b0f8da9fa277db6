"use client";

import { useState } from "react";
import { BulkBar } from "@/components/suspicious/bulk-bar";
import { Desk } from "@/components/suspicious/desk";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { SuspectRow } from "@/components/suspicious/suspect-row";

type Props = {
  suspects: readonly ShownSuspect[];
  now: number;
  canChange: boolean;
  /** The case whose story is open from the start. */
  openId: number | null;
};

function withOne(set: ReadonlySet<number>, id: number, isIn: boolean): ReadonlySet<number> {
  const next = new Set(set);
  if (isIn) next.add(id);
  else next.delete(id);
  return next;
}

/** The cases, with what can be done about each and about many at once; a viewer gets no buttons. */
export function SuspectTable({ suspects, now, canChange, openId }: Props) {
  const [chosenIds, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [openIds, setOpen] = useState<ReadonlySet<number>>(new Set(openId === null ? [] : [openId]));
  // What is no longer on the page is not chosen any more.
  const chosen = suspects.filter(({ id }) => chosenIds.has(id));
  const isAll = chosen.length === suspects.length;
  const clear = () => setChosen(new Set());
  const chooseAll = (all: boolean) => setChosen(new Set(all ? suspects.map(({ id }) => id) : []));
  const head = "px-3 py-2 text-left text-xs font-medium text-muted first:pl-4 last:pr-4";
  return (
    <Desk onChanged={clear}>
      {canChange && (
        <div className="flex items-center gap-2 border-b border-line px-4 py-2 text-xs text-muted lg:hidden">
          <ChooseAll isAll={isAll} isSome={chosen.length > 0} onChange={chooseAll} />
          <span aria-hidden="true">Choose all on this page</span>
        </div>
      )}
      <table className="card-table">
        <thead className="bg-surface lg:sticky lg:top-14 lg:z-10">
          <tr className="shadow-[inset_0_-1px_var(--line)]">
            {canChange && (
              <th className={`${head} pr-0 max-lg:hidden`}>
                <ChooseAll isAll={isAll} isSome={chosen.length > 0} onChange={chooseAll} />
              </th>
            )}
            <th className={head}>Score</th>
            <th className={head}>Who</th>
            <th className={head}>Why</th>
            <th className={head}>Status, detected</th>
            {canChange && (
              <th className={head}>
                <span className="sr-only">Decide</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {suspects.map((suspect) => {
            const { id } = suspect;
            const isOpen = openIds.has(id);
            return (
              <SuspectRow
                key={id}
                suspect={suspect}
                now={now}
                canChange={canChange}
                isChosen={chosenIds.has(id)}
                isOpen={isOpen}
                onChoose={(isChosen) => setChosen(withOne(chosenIds, id, isChosen))}
                onToggle={() => setOpen(withOne(openIds, id, !isOpen))}
              />
            );
          })}
        </tbody>
      </table>
      {canChange && <BulkBar chosen={chosen} onClear={clear} />}
    </Desk>
  );
}

function ChooseAll({
  isAll,
  isSome,
  onChange,
}: {
  isAll: boolean;
  isSome: boolean;
  onChange: (all: boolean) => void;
}) {
  return (
    <input
      type="checkbox"
      checked={isAll}
      ref={(box) => {
        if (box) box.indeterminate = isSome && !isAll;
      }}
      onChange={(event) => onChange(event.target.checked)}
      aria-label="Choose all on this page"
      className="block size-4 accent-suspicious max-lg:size-5"
    />
  );
}
