import { clsx } from "clsx";
import { Check, Hourglass, type LucideIcon, OctagonX } from "lucide-react";
import type { Action, Reason } from "@/lib/guard/verdict";

type Meaning = { word: string; icon: LucideIcon; text: string; badge: string; fill: string };

/** How a verdict looks, everywhere: never by its colour alone. */
export const VERDICTS: Record<Action, Meaning> = {
  allow: {
    word: "Allowed",
    icon: Check,
    text: "text-allowed",
    badge: "bg-allowed-soft text-allowed",
    fill: "var(--allowed-fill)",
  },
  block: {
    word: "Blocked",
    icon: OctagonX,
    text: "text-blocked",
    badge: "bg-blocked-soft text-blocked",
    fill: "var(--blocked-fill)",
  },
  limit: {
    word: "Limited",
    icon: Hourglass,
    text: "text-limited",
    badge: "bg-limited-soft text-limited",
    fill: "var(--limited-fill)",
  },
};

const REASONS: Record<Reason, string> = {
  default: "no rule",
  "allow-rule": "allow rule",
  "within-limit": "within limit",
  degraded: "without rules",
  "block-rule": "block rule",
  "no-address": "no address",
  "rules-unavailable": "rules missing",
  "rate-limit": "rate limit",
  "limiter-unavailable": "limiter missing",
};

export function reasonText(reason: Reason, policy: string | null): string {
  return policy && reason !== "default" ? `${REASONS[reason]}: ${policy}` : REASONS[reason];
}

export function VerdictBadge({ verdict, title }: { verdict: Action; title?: string }) {
  const { word, icon: Icon, badge } = VERDICTS[verdict];
  return (
    <span
      title={title}
      className={clsx("inline-flex h-5 items-center gap-1 rounded px-1.5 text-xs font-medium", badge)}
    >
      <Icon className="size-3" aria-hidden="true" />
      {word}
    </span>
  );
}

/** The sign of a verdict where there is no room for its word, which a screen reader still gets. */
export function VerdictMark({ verdict }: { verdict: Action }) {
  const { word, icon: Icon, text } = VERDICTS[verdict];
  return (
    <span title={word} className="inline-flex">
      <Icon className={clsx("size-3.5", text)} aria-hidden="true" />
      <span className="sr-only">{word}</span>
    </span>
  );
}
