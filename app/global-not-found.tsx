import "@/app/globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata } from "next";
import NotFound from "@/app/not-found";

export const metadata: Metadata = { title: "Not found", robots: { index: false, follow: false } };

/** For addresses that lead nowhere: rendered once at build time, because scanners ask for little else. */
export default function GlobalNotFound() {
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="min-h-dvh font-sans">
        <NotFound />
      </body>
    </html>
  );
}
