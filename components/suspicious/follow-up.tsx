import { Bot, Eye, type LucideIcon, ShieldCheck, TriangleAlert } from "lucide-react";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";

type Words = { icon: LucideIcon; short: string; title: string; text: string; isWarning?: boolean };

/** What the policy did with a target, or would have done; null where nothing was asked of it. */
export function followUpWords({
  followUp,
  followUpNote,
  nextBlock,
}: Pick<ShownSuspect, "followUp" | "followUpNote" | "nextBlock">): Words | null {
  switch (followUp) {
    case "none":
      return null;
    case "would-block":
      return {
        icon: Eye,
        short: `Would have been blocked for ${nextBlock}`,
        title: "Detection only observed it",
        text: `Enforced, its rule would have blocked it for ${nextBlock}, and for longer each time it comes back.`,
      };
    case "blocked":
      return {
        icon: Bot,
        short: "Blocked by detection",
        title: "Detection blocked it by itself",
        text: followUpNote || `The rule is enforced. If it comes back, the next block lasts ${nextBlock}.`,
      };
    case "guarded":
      return {
        icon: ShieldCheck,
        short: "Spared by the guard",
        title: "Detection does not block it by itself",
        text: followUpNote,
        isWarning: true,
      };
    case "failed":
      return {
        icon: TriangleAlert,
        short: "Could not be blocked",
        title: "Detection could not block it",
        text: followUpNote,
        isWarning: true,
      };
  }
}

/** The same as one line beneath a status. */
export function FollowUpLine({ suspect }: { suspect: ShownSuspect }) {
  const words = suspect.status === "open" ? followUpWords(suspect) : null;
  if (!words) return null;
  const { icon: Icon } = words;
  return (
    <p className="flex items-start gap-1 text-xs text-pretty text-faint" title={words.text}>
      <Icon className="mt-0.5 size-3 shrink-0" aria-hidden="true" />
      {words.short}
    </p>
  );
}
