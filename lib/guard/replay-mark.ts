import { isSameToken, secretToken } from "@/lib/guard/secret-token";

/** The header by which `gatehouse replay` says when a logged request happened; only a holder of the secret can. */
export const REPLAY_HEADER = "x-gatehouse-replay";
const PURPOSE = "replay";

export function writeReplayMark(at: Date, secret: string): string {
  return `${secretToken(PURPOSE, secret)} ${at.getTime()}`;
}

/** The time of a genuine mark in milliseconds since 1970, or null. */
export function readReplayMark(text: string | null, secret: string): number | null {
  if (!text) return null;
  const [token = "", time = ""] = text.split(" ");
  if (!isSameToken(token, secretToken(PURPOSE, secret)) || !/^\d{12,14}$/.test(time)) return null;
  return Number(time);
}
