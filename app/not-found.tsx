import { Compass } from "lucide-react";
import type { Metadata } from "next";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-3 px-4 text-center">
      <span className="flex size-10 items-center justify-center rounded-full border border-line bg-surface text-muted">
        <Compass className="size-5" aria-hidden="true" />
      </span>
      <h1 className="text-xl font-semibold">There is no page here</h1>
      <p className="max-w-sm text-pretty text-muted">The address may be mistyped, or the page has moved.</p>
      <Link href="/" className={buttonClass("primary")}>
        To the overview
      </Link>
    </main>
  );
}
