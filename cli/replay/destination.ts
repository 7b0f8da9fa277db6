import { connect } from "node:net";
import { CommandError } from "@/cli/failure";
import { type ForwardedHeader, isPeerTrusted, parseTrustedProxies } from "@/lib/client-ip";
import type { Env } from "@/lib/env";
import { parseIp, parseRange, rangeContains } from "@/lib/ip";
import type { Runtime } from "@/services/runtime";

const DEFAULT_URL = "http://127.0.0.1:3000";
const CONNECT_WAIT_MS = 3000;
const LOOPBACK = ["127.0.0.0/8", "::1/128"].map((text) => parseRange(text));

/** Where a replay goes without `--url`: to the Gatehouse that runs on this folder. */
export function defaultUrl(running: Runtime | null): URL {
  const url = new URL(running?.url ?? DEFAULT_URL);
  // What the launcher calls localhost listens on 127.0.0.1: nobody has to look it up, or try ::1 first.
  if (url.hostname === "localhost") url.hostname = "127.0.0.1";
  return url;
}

/**
 * A replay sends what others once asked for, in their names: to this machine only, unless somebody means it.
 * @throws CommandError
 */
export function checkIsLoopback(url: URL, allowRemote: boolean): void {
  if (allowRemote || isLoopback(url.hostname)) return;
  throw new CommandError(
    `${url.origin} is not this machine.`,
    2,
    "Use --allow-remote if that site is yours and it trusts this machine as a proxy.",
  );
}

function isLoopback(hostname: string): boolean {
  const ip = parseIp(hostname.replace(/^\[|\]$/g, ""));
  return (
    hostname === "localhost" || (ip !== null && LOOPBACK.some((range) => range && rangeContains(range, ip)))
  );
}

/**
 * The header in which that Gatehouse reads for whom this machine speaks.
 * @throws CommandError where it would believe none: then every request would count as this machine's own.
 */
export function forwardedHeaderFor(env: Env): ForwardedHeader {
  if (!isPeerTrusted("127.0.0.1", parseTrustedProxies(env.TRUSTED_PROXIES))) {
    throw new CommandError(
      "TRUSTED_PROXIES does not name this machine, so that all requests would count as its own.",
      1,
      'Add "loopback" to TRUSTED_PROXIES while you replay, and start Gatehouse again.',
    );
  }
  return env.FORWARDED_HEADER;
}

/**
 * Makes sure that somebody listens, without a request that would be recorded.
 * @throws CommandError where nobody does.
 */
export async function checkListens(url: URL): Promise<void> {
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ""), port, timeout: CONNECT_WAIT_MS });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
      socket.once("timeout", () => reject(new Error("timeout")));
    });
  } catch {
    throw new CommandError(
      `Nothing answers at ${url.origin}: start Gatehouse with npm start, or name its --url.`,
    );
  } finally {
    socket.destroy();
  }
}
