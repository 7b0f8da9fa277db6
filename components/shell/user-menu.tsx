"use client";

import { Check, CircleUser, KeyRound, LogOut, type LucideIcon, Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useRef, useState } from "react";
import { applyTheme, isTheme, THEMES, type Theme } from "@/components/shell/theme";
import { Link } from "@/components/ui/link";

const THEME_LOOKS: Record<Theme, { label: string; icon: LucideIcon }> = {
  system: { label: "As the system", icon: Monitor },
  light: { label: "Light", icon: Sun },
  dark: { label: "Dark", icon: Moon },
};

const itemClass =
  "flex h-9 items-center gap-2.5 rounded px-2 text-sm outline-none select-none data-highlighted:bg-sunken";

export function UserMenu({ username, role, theme }: { username: string; role: string; theme: Theme }) {
  const [chosen, setChosen] = useState(theme);
  const signOut = useRef<HTMLFormElement>(null);
  const choose = (value: string) => {
    if (!isTheme(value)) return;
    setChosen(value);
    applyTheme(value);
  };
  return (
    <>
      <form ref={signOut} action="/ip-tracking/logout/" method="post" className="hidden" />
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="inline-flex h-9 items-center gap-2 rounded-md px-2 text-muted hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken max-md:size-10 max-md:justify-center max-md:px-0">
          <CircleUser className="size-5" aria-hidden="true" />
          <span className="max-w-32 truncate max-md:sr-only">{username}</span>
          <span className="sr-only">: account, theme and sign-out</span>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={6}
            className="appear z-50 w-56 rounded-lg border border-line bg-raised p-1 shadow-sm"
          >
            <DropdownMenu.Label className="px-2 py-2">
              <span className="block truncate font-medium">{username}</span>
              <span className="text-xs text-faint">{role === "admin" ? "Administrator" : "Viewer"}</span>
            </DropdownMenu.Label>
            <DropdownMenu.Item asChild className={itemClass}>
              <Link href="/account">
                <KeyRound className="size-4 text-muted" aria-hidden="true" />
                Account
              </Link>
            </DropdownMenu.Item>
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Label className="px-2 pt-1 text-xs text-faint">Theme</DropdownMenu.Label>
            <DropdownMenu.RadioGroup value={chosen} onValueChange={choose}>
              {THEMES.map((name) => {
                const { label, icon: Icon } = THEME_LOOKS[name];
                return (
                  <DropdownMenu.RadioItem
                    key={name}
                    value={name}
                    onSelect={(event) => event.preventDefault()}
                    className={itemClass}
                  >
                    <Icon className="size-4 text-muted" aria-hidden="true" />
                    {label}
                    <DropdownMenu.ItemIndicator className="ml-auto">
                      <Check className="size-4" aria-hidden="true" />
                    </DropdownMenu.ItemIndicator>
                  </DropdownMenu.RadioItem>
                );
              })}
            </DropdownMenu.RadioGroup>
            <DropdownMenu.Separator className="my-1 h-px bg-line" />
            <DropdownMenu.Item className={itemClass} onSelect={() => signOut.current?.requestSubmit()}>
              <LogOut className="size-4 text-muted" aria-hidden="true" />
              Sign out
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
  );
}
