import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { currentUser } from "@/app/session";
import { Keys } from "@/components/shell/keys";
import { Sidebar } from "@/components/shell/sidebar";
import { StyleNonce } from "@/components/shell/style-nonce";
import { isTheme, THEME_COOKIE } from "@/components/shell/theme";
import { Toaster } from "@/components/shell/toaster";
import { Topbar } from "@/components/shell/topbar";
import { database } from "@/db/client";
import { readSuspicionPulse } from "@/db/suspicious-ips";
import { readEnv } from "@/lib/env";

export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const user = await currentUser();
  // The page sends the visitor to the sign-in page itself: it knows where to come back to.
  if (!user) return children;
  const { SITE_NAME, IP_PRIVACY } = readEnv();
  const open = { count: (await readSuspicionPulse(database())).open, at: Date.now() };
  const theme = (await cookies()).get(THEME_COOKIE)?.value;
  return (
    <div className="flex">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-inverse px-3 py-2 text-on-inverse focus:translate-y-0"
      >
        To the content
      </a>
      <Sidebar siteName={SITE_NAME} privacy={IP_PRIVACY} open={open} />
      <div className="flex min-w-0 flex-1 flex-col">
        <Topbar
          siteName={SITE_NAME}
          privacy={IP_PRIVACY}
          username={user.username}
          role={user.role}
          theme={isTheme(theme) ? theme : "system"}
          open={open}
        />
        <main id="content" className="mx-auto w-full max-w-[1440px] flex-1 px-6 py-6 max-md:px-4 max-md:py-4">
          {children}
        </main>
        <noscript>
          <p className="px-6 pb-6 text-xs text-faint">
            Times are in UTC. With JavaScript they are in your zone, and charts, map and live view are shown.
          </p>
        </noscript>
      </div>
      <Toaster />
      <Keys />
      <StyleNonce />
    </div>
  );
}
