import { LiveMark } from "@/components/live/live-mark";
import { Drawer } from "@/components/shell/drawer";
import type { OpenSuspects } from "@/components/shell/open-count";
import { RangePicker } from "@/components/shell/range-picker";
import type { Privacy } from "@/components/shell/sidebar";
import type { Theme } from "@/components/shell/theme";
import { UserMenu } from "@/components/shell/user-menu";

type Props = {
  siteName: string;
  privacy: Privacy;
  username: string;
  role: string;
  theme: Theme;
  open: OpenSuspects;
};

export function Topbar({ siteName, privacy, username, role, theme, open }: Props) {
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-3 border-b border-line bg-canvas px-6 max-md:px-4">
      <Drawer siteName={siteName} privacy={privacy} open={open} />
      <span className="truncate font-medium max-md:hidden rail:sr-only">{siteName}</span>
      <div className="ml-auto flex items-center gap-3 max-md:gap-2">
        <LiveMark />
        <RangePicker />
        <UserMenu username={username} role={role} theme={theme} />
      </div>
    </header>
  );
}
