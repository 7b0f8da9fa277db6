import { z } from "zod";
import { isSameToken, secretToken } from "@/lib/guard/secret-token";
import type { LimitState } from "@/lib/guard/verdict";

/** The header by which a door tells what stands behind it about the visit. No inbound copy of it ever passes a door. */
export const VISIT_MARK_HEADER = "x-gatehouse-visit";
const PURPOSE = "visit mark";

const visitMark = z.object({
  requestId: z.string(),
  /** The visitor's canonical address; null where none could be read and the door let the visit pass by a rule. */
  ip: z.string().nullable(),
  /** Path and query as the visitor sent them, cut: a page of Next.js cannot know its own. */
  target: z.string(),
  /** The policy that the door has dealt with for this request: counted it, or found the visitor exempt. */
  policy: z.string().nullable(),
  limits: z.array(
    z.object({
      policy: z.string(),
      limit: z.number(),
      windowSeconds: z.number(),
      remaining: z.number(),
      resetSeconds: z.number(),
    }),
  ),
});

export type VisitMark = {
  requestId: string;
  ip: string | null;
  target: string;
  policy: string | null;
  limits: LimitState[];
};

const TARGET_MAX = 512;
const MARK_MAX = 8192;

export function writeVisitMark(mark: VisitMark, secret: string): string {
  const json = JSON.stringify({ ...mark, target: mark.target.slice(0, TARGET_MAX) });
  // A header's value is ASCII, a visitor's path need not be.
  const ascii = json.replace(
    /[^\x20-\x7e]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${secretToken(PURPOSE, secret)} ${ascii}`;
}

/** Whether a door of ours has seen this request: the mark's token alone, which only a door can write. */
export function hasVisitMark(headers: { get(name: string): string | null }, secret: string): boolean {
  const text = headers.get(VISIT_MARK_HEADER);
  if (!text || text.length > MARK_MAX) return false;
  const token = secretToken(PURPOSE, secret);
  return isSameToken(text.slice(0, token.length), token);
}

/** What the door said of this request, or null where no door of ours has seen it. */
export function readVisitMark(
  headers: { get(name: string): string | null },
  secret: string,
): VisitMark | null {
  if (!hasVisitMark(headers, secret)) return null;
  const text = headers.get(VISIT_MARK_HEADER) ?? "";
  try {
    return visitMark.parse(JSON.parse(text.slice(text.indexOf(" ") + 1)));
  } catch {
    return null;
  }
}
