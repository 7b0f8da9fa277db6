import type { Outcome, Reply } from "@/services/upstash/store";

type Json = null | number | string | Json[];

function encode(reply: Reply, encoding: BufferEncoding): Json {
  if (Buffer.isBuffer(reply)) return reply.toString(encoding);
  return Array.isArray(reply) ? reply.map((item) => encode(item, encoding)) : reply;
}

/**
 * One answer as Upstash sends it. With `Upstash-Encoding: base64` every text is base64, and only a plain
 * "OK" at the top stays as it is: the client (@upstash/redis, pkg/http.ts) decodes exactly that way.
 */
export function encodeOutcome(outcome: Outcome, base64: boolean): { result: Json } | { error: string } {
  if ("error" in outcome) return outcome;
  const { result } = outcome;
  if (Buffer.isBuffer(result) && result.length === 2 && result.toString() === "OK") return { result: "OK" };
  return { result: encode(result, base64 ? "base64" : "utf8") };
}
