import { ChevronLeft, ChevronRight } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";

/** Links to the pages of newer and older rows; a page that is not there is a word without a link. */
export function Pager({ newer, older }: { newer: string | null; older: string | null }) {
  if (!newer && !older) return null;
  const off = "pointer-events-none opacity-40";
  return (
    <nav
      aria-label="Pages of rows"
      className="flex items-center justify-end gap-2 border-t border-line px-4 py-3"
    >
      {newer ? (
        <Link href={newer} rel="prev" className={buttonClass("quiet")}>
          <ChevronLeft className="size-4" aria-hidden="true" />
          Newer
        </Link>
      ) : (
        <span aria-disabled="true" className={`${buttonClass("quiet")} ${off}`}>
          <ChevronLeft className="size-4" aria-hidden="true" />
          Newer
        </span>
      )}
      {older ? (
        <Link href={older} rel="next" className={buttonClass("quiet")}>
          Older
          <ChevronRight className="size-4" aria-hidden="true" />
        </Link>
      ) : (
        <span aria-disabled="true" className={`${buttonClass("quiet")} ${off}`}>
          Older
          <ChevronRight className="size-4" aria-hidden="true" />
        </span>
      )}
    </nav>
  );
}
