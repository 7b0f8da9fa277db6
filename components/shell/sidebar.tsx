import { Eye, EyeOff } from "lucide-react";
import { NavList } from "@/components/shell/nav-list";
import type { OpenSuspects } from "@/components/shell/open-count";
import { SiteMark } from "@/components/shell/site-mark";
import { Link } from "@/components/ui/link";

export type Privacy = "hashed" | "plain";

/** What the record holds of an address, in few words: it decides what the tables can show. */
export function PrivacyNote({ privacy }: { privacy: Privacy }) {
  const isHashed = privacy === "hashed";
  const Icon = isHashed ? EyeOff : Eye;
  const text = isHashed ? "Addresses are hashed" : "Addresses are in clear";
  return (
    <p title={text} className="flex items-center gap-2 px-2.5 text-xs text-faint">
      <Icon className="size-4 shrink-0" aria-hidden="true" />
      <span className="max-rail:md:sr-only">{text}</span>
    </p>
  );
}

type Props = { siteName: string; privacy: Privacy; open: OpenSuspects };

export function Sidebar({ siteName, privacy, open }: Props) {
  return (
    <aside className="sticky top-0 flex h-dvh w-[232px] shrink-0 flex-col gap-4 border-r border-line bg-surface px-3 py-3 max-rail:w-16 max-md:hidden">
      <Link
        href="/"
        className="flex h-9 items-center gap-2.5 rounded-md px-2 font-semibold max-rail:justify-center max-rail:px-0"
      >
        <SiteMark className="size-6 shrink-0" />
        <span className="truncate max-rail:sr-only">{siteName}</span>
      </Link>
      <NavList open={open} compact />
      <div className="mt-auto pb-1">
        <PrivacyNote privacy={privacy} />
      </div>
    </aside>
  );
}
