"use client";

import { Ellipsis, ShieldBan } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { DURATION_WORDS } from "@/components/rules/rule-words";
import { QUICK_DURATION, useDesk } from "@/components/suspicious/desk";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { fitting, VERB_WORDS, VERBS } from "@/components/suspicious/suspect-words";
import { Button } from "@/components/ui/button";

const itemClass =
  "flex flex-col rounded px-2 py-1.5 text-sm outline-none select-none data-highlighted:bg-sunken";

/** What can be done with one case: the likeliest as a button, the rest in a menu. */
export function RowActions({ suspect }: { suspect: ShownSuspect }) {
  const desk = useDesk();
  const [first, ...rest] = VERBS.filter((verb) => fitting(verb, [suspect]).length > 0);
  const isOpen = suspect.status === "open";
  const inMenu = isOpen && first ? [first, ...rest] : rest;
  return (
    <span className="inline-flex items-center gap-1 max-lg:flex">
      {isOpen ? (
        <QuickBlock suspect={suspect} />
      ) : (
        first && (
          <Button
            size="small"
            className="max-lg:flex-1"
            disabled={desk.isPending}
            onClick={() => desk.change(first, [suspect])}
            aria-label={`${VERB_WORDS[first].verb} ${suspect.label}`}
          >
            {VERB_WORDS[first].verb}
          </Button>
        )
      )}
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          aria-label={`More for ${suspect.label}`}
          className="inline-flex size-7 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken max-md:size-9"
        >
          <Ellipsis className="size-4" aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            collisionPadding={8}
            className="appear z-40 w-64 rounded-lg border border-line bg-raised p-1 shadow-sm"
          >
            <DropdownMenu.Item className={itemClass} onSelect={() => desk.askToBlock([suspect])}>
              {suspect.status === "blocked" ? "Change the block …" : "Block …"}
              <span className="text-xs text-faint">Choose for how long, and why.</span>
            </DropdownMenu.Item>
            {inMenu.map((verb) => (
              <DropdownMenu.Item
                key={verb}
                className={itemClass}
                onSelect={() => desk.change(verb, [suspect])}
              >
                {VERB_WORDS[verb].verb}
                <span className="text-xs text-faint">{VERB_WORDS[verb].note}</span>
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </span>
  );
}

/** Blocks in one click, with an undo after; asks first only where something speaks against it. */
function QuickBlock({ suspect }: { suspect: ShownSuspect }) {
  const desk = useDesk();
  const { after } = DURATION_WORDS[QUICK_DURATION];
  return (
    <Button
      size="small"
      disabled={desk.isPending}
      onClick={() => desk.block(suspect)}
      title={`Block ${after}`}
      aria-label={`Block ${suspect.label} ${after}`}
      className="hover:border-blocked hover:text-blocked max-lg:flex-1"
    >
      <ShieldBan className="size-3.5 text-blocked" aria-hidden="true" />
      Block {after}
    </Button>
  );
}
