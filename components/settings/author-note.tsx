"use client";

import { useSettings } from "@/components/settings/settings-context";
import type { ShownAuthor } from "@/components/settings/shown-settings";
import { RelativeTime } from "@/components/ui/time";

/** Who set something; or that it is changed and not saved. */
export function AuthorNote({ author, isChanged }: { author: ShownAuthor | null; isChanged: boolean }) {
  const { now } = useSettings();
  if (isChanged) return <p className="text-xs text-limited">Not saved yet</p>;
  if (!author) return null;
  return (
    <p className="text-xs text-faint">
      Set by {author.name} <RelativeTime at={author.at} now={now} />
    </p>
  );
}
