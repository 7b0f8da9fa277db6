import type { Overview } from "@/db/overview";
import { formatCount, formatPlural } from "@/lib/format";
import type { RangeName } from "@/lib/time-range";

export const RANGE_WORDS: Record<RangeName, string> = {
  "1h": "the last hour",
  "24h": "the last 24 hours",
  "7d": "the last 7 days",
  "30d": "the last 30 days",
};

/** A piece of a sentence; figures are set apart, some lead to a page. */
export type Piece = { text: string; isFigure: boolean; href?: string };
const words = (text: string): Piece => ({ text, isFigure: false });
const figure = (text: string): Piece => ({ text, isFigure: true });

export type SentenceFacts = Pick<Overview, "range" | "current" | "countries" | "openSuspects">;

/** What happened in the range, in words: the first thing that the overview says. */
export function overviewSentence({ range, current, countries, openSuspects }: SentenceFacts): Piece[] {
  const { requests, visitors, counts } = current;
  if (requests === 0)
    return [words(`No requests in ${RANGE_WORDS[range]}.`), ...decisionPieces(openSuspects)];
  const known = countries.filter((country) => /^[A-Z]{2}$/.test(country.key)).length;
  const about = visitors.isApproximate ? "≈ " : "";
  const pieces = [
    words(`In ${RANGE_WORDS[range]} `),
    figure(formatPlural(requests, "request")),
    words(" from "),
    figure(about + formatPlural(visitors.count, "visitor")),
  ];
  if (known > 0) pieces.push(words(" in "), figure(formatPlural(known, "country", "countries")));
  pieces.push(
    words(". "),
    ...refusedPieces(counts.blocked + counts.limited),
    ...decisionPieces(openSuspects),
  );
  return pieces;
}

function refusedPieces(refused: number): Piece[] {
  if (refused === 0) return [words("None was refused.")];
  return [figure(formatCount(refused)), words(refused === 1 ? " was refused." : " were refused.")];
}

/** Suspicious addresses that wait for an administrator; nothing where there is none. */
function decisionPieces(open: number): Piece[] {
  if (open === 0) return [];
  const text = formatPlural(open, "address", "addresses");
  return [
    words(" "),
    { text, isFigure: true, href: "/suspicious?status=open" },
    words(open === 1 ? " needs a decision." : " need a decision."),
  ];
}
