import { z } from "zod";
import { ACTIONS, REASONS } from "@/lib/guard/verdict";

/** What a visitor controls is cut to these lengths, in characters. */
export const CUT = {
  path: 2048,
  query: 2048,
  userAgent: 512,
  host: 255,
  referrerHost: 255,
  method: 32,
} as const;

export const KINDS = ["page", "api", "data", "prefetch", "asset"] as const;
export type RequestKind = (typeof KINDS)[number];
export const DOORS = ["edge", "node", "ask"] as const;
export type DoorName = (typeof DOORS)[number];

/** The record of a visit on its way from a door to Postgres. */
export const requestEvent = z.object({
  id: z.uuid(),
  at: z.number().int().positive(),
  ip: z.string().max(45).nullable(),
  method: z.string().max(CUT.method),
  host: z.string().max(CUT.host).nullable(),
  path: z.string().max(CUT.path),
  query: z.string().max(CUT.query).nullable(),
  status: z.number().int().min(100).max(999).nullable(),
  durationMs: z.number().int().nonnegative().nullable(),
  userAgent: z.string().max(CUT.userAgent),
  referrerHost: z.string().max(CUT.referrerHost).nullable(),
  verdict: z.enum(ACTIONS),
  reason: z.enum(REASONS),
  ruleId: z.number().int().nullable(),
  policy: z.string().max(64).nullable(),
  door: z.enum(DOORS),
  kind: z.enum(KINDS),
  userId: z.number().int().nullable(),
  place: z
    .object({
      countryCode: z.string().max(2).nullable(),
      city: z.string().max(100).nullable(),
      latitude: z.number().nullable(),
      longitude: z.number().nullable(),
    })
    .nullable(),
});

export type RequestEvent = z.infer<typeof requestEvent>;

/** Cuts a visitor's text: no more characters than `max`, no half of a surrogate pair, no NUL (Postgres refuses it). */
export function cut(text: string, max: number): string {
  const clean = text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
  return (clean.length > max ? clean.slice(0, max) : clean).toWellFormed();
}

/** The host of a Referer header, lower-case, or null where there is none to read. */
export function referrerHostOf(referrer: string | null): string | null {
  if (!referrer) return null;
  try {
    return cut(new URL(referrer.slice(0, 2048)).host.toLowerCase(), CUT.referrerHost) || null;
  } catch {
    return null;
  }
}

const ASSET = /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp4|webm|mp3)$/i;

/** What sort of request it is: prefetches, data of a page already open and assets say little about a visitor. */
export function kindOf(path: string, headers: { get(name: string): string | null }): RequestKind {
  if (path.startsWith("/_next/static/") || ASSET.test(path)) return "asset";
  const purpose = headers.get("sec-purpose") ?? headers.get("purpose");
  if (headers.get("next-router-prefetch") || purpose?.includes("prefetch")) return "prefetch";
  if (headers.get("rsc") || headers.get("next-action")) return "data";
  return path.startsWith("/api/") ? "api" : "page";
}
