"use client";

import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { DESTINATIONS } from "@/components/shell/navigation";

const CHORD_MS = 1200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

/** The keys of every page: `/` to the filter, `g` and a letter to a page, `?` for this list. */
export function Keys() {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    let chordUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isChord = Date.now() < chordUntil;
      chordUntil = 0;
      const destination = isChord ? DESTINATIONS.find(({ key }) => key === event.key) : undefined;
      const filter = event.key === "/" ? document.querySelector<HTMLElement>("[data-filter]") : null;
      if (destination) router.push(destination.href);
      else if (event.key === "g") chordUntil = Date.now() + CHORD_MS;
      else if (event.key === "?") setOpen(true);
      else if (filter) filter.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [router]);
  const rows = [
    ["/", "To the filter of this page"],
    ...DESTINATIONS.map(({ key, label }) => [`g ${key}`, `To ${label}`]),
    ["?", "This list"],
    ["Esc", "Close what is open"],
  ];
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear fixed top-1/4 left-1/2 z-50 w-80 max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-card border border-line bg-raised p-4"
        >
          <Dialog.Title className="mb-3 font-medium">Keys</Dialog.Title>
          <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
            {rows.map(([key, meaning]) => (
              <div key={key} className="contents">
                <dt className="flex gap-1">
                  {key?.split(" ").map((part) => (
                    <kbd
                      key={part}
                      className="min-w-6 rounded border border-line bg-sunken px-1.5 py-0.5 text-center font-mono text-xs"
                    >
                      {part}
                    </kbd>
                  ))}
                </dt>
                <dd className="text-muted">{meaning}</dd>
              </div>
            ))}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
