import type { PolicyId } from "@/lib/guard/policy";
import type { Ip } from "@/lib/ip";

/** What a door saw of a request, before anything was decided. */
export type Visit = {
  /** UUIDv7; the reference that a refusal shows and the key of the event. */
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  ip: Ip | null;
  method: string;
  /** The path as it was sent, without the query. */
  path: string;
  /** The rate-limit policy that counts this path, or null. */
  policy: PolicyId | null;
  /** The signed-in user, where the session's token is genuine and the session goes on. */
  userId: number | null;
};
