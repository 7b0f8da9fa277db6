import "@/app/globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { isTheme, THEME_COOKIE } from "@/components/shell/theme";
import { readEnv } from "@/lib/env";

export function generateMetadata(): Metadata {
  const { SITE_NAME } = readEnv();
  return {
    title: { default: SITE_NAME, template: `%s · ${SITE_NAME}` },
    description: "See who comes to your web application, and turn away whom you must.",
    robots: { index: false, follow: false },
  };
}

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f6f7" },
    { media: "(prefers-color-scheme: dark)", color: "#0e0f11" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Read on the server, so that the first paint has the right theme without a script.
  const theme = (await cookies()).get(THEME_COOKIE)?.value;
  return (
    <html
      lang="en"
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      data-theme={isTheme(theme) && theme !== "system" ? theme : undefined}
    >
      <body className="min-h-dvh font-sans">{children}</body>
    </html>
  );
}
