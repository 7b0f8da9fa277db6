import { ShieldBan } from "lucide-react";
import type { Metadata } from "next";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

export const metadata: Metadata = { title: "Not allowed" };

/** For a viewer who asks for what only administrators do. */
export default function Forbidden() {
  return (
    <main className="flex flex-col items-center justify-center gap-3 px-4 py-16 text-center">
      <span className="flex size-10 items-center justify-center rounded-full border border-line bg-surface text-muted">
        <ShieldBan className="size-5" aria-hidden="true" />
      </span>
      <h1 className="text-xl font-semibold">Only an administrator may do this</h1>
      <p className="max-w-sm text-pretty text-muted">You are signed in as a viewer. Nothing was changed.</p>
      <Link href="/" className={buttonClass("primary")}>
        To the overview
      </Link>
    </main>
  );
}
