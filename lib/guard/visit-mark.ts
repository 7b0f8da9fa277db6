import { z } from "zod";
import { isSameToken, secretToken } from "@/lib/guard/secret-token";
import type { LimitState, Verdict } from "@/lib/guard/verdict";

/** The header by which a door tells what stands behind it about the visit. No inbound copy of it ever passes a door. */
export const VISIT_MARK_HEADER = "x-gatehouse-visit";
const PURPOSE = "visit mark";

const visitMark = z.object({
  requestId: z.string(),
  /** The visitor's canonical address; null where none could be read and the door let the visit pass by a rule. */
  ip: z.string().nullable(),
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

export type VisitMark = { requestId: string; ip: string | null; policy: string | null; limits: LimitState[] };

export function writeVisitMark(mark: VisitMark, secret: string): string {
  return `${secretToken(PURPOSE, secret)} ${JSON.stringify(mark)}`;
}

/** What the door said of this request, or null where no door of ours has seen it. */
export function readVisitMark(
  headers: { get(name: string): string | null },
  secret: string,
): VisitMark | null {
  const text = headers.get(VISIT_MARK_HEADER);
  const token = secretToken(PURPOSE, secret);
  if (!text || text.length > 2048 || !isSameToken(text.slice(0, token.length), token)) return null;
  try {
    return visitMark.parse(JSON.parse(text.slice(token.length + 1)));
  } catch {
    return null;
  }
}

/** The mark of an allowed visit. `path` policies count as dealt with also where a rule exempted the visitor. */
export function markOf(
  requestId: string,
  ip: string | null,
  policy: string | null,
  verdict: Verdict,
): VisitMark {
  const limits = verdict.action === "allow" ? [...verdict.limits] : [];
  return { requestId, ip, policy, limits };
}
