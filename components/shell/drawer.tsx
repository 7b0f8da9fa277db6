"use client";

import { Menu, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { NavList } from "@/components/shell/nav-list";
import type { OpenSuspects } from "@/components/shell/open-count";
import { type Privacy, PrivacyNote } from "@/components/shell/sidebar";
import { SiteMark } from "@/components/shell/site-mark";

const iconButton =
  "inline-flex size-10 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-ink";

/** The sidebar of narrow windows: slides over the page. */
type Props = { siteName: string; privacy: Privacy; open: OpenSuspects };

export function Drawer({ siteName, privacy, open }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger className={`${iconButton} -ml-2 md:hidden`}>
        <Menu className="size-5" aria-hidden="true" />
        <span className="sr-only">Open the menu</span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/45 md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] flex-col gap-4 border-r border-line bg-surface p-3 md:hidden"
        >
          <div className="flex items-center justify-between pl-2">
            <Dialog.Title className="flex min-w-0 items-center gap-2.5 font-semibold">
              <SiteMark className="size-6 shrink-0" />
              <span className="truncate">{siteName}</span>
            </Dialog.Title>
            <Dialog.Close className={iconButton}>
              <X className="size-5" aria-hidden="true" />
              <span className="sr-only">Close the menu</span>
            </Dialog.Close>
          </div>
          <NavList open={open} onChoose={() => setOpen(false)} />
          <div className="mt-auto pb-2">
            <PrivacyNote privacy={privacy} />
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
