import type { RequestKind } from "@/lib/events/request-event";

/**
 * What one request can show by itself. A signal's place in the list is its bit in the stored number: append only,
 * at most 31, never rename or reorder.
 */
export const SIGNALS = [
  "sensitive-file",
  "traversal",
  "injection",
  "known-exploit",
  "scanner-agent",
  "open-proxy",
  "malformed",
  "admin-probe",
  "sensitive-path",
  "login-attempt",
  "login-failure",
  "asset",
  "crawler-claim",
  // Files that well-behaved programs ask for unbidden (robots.txt, favicon.ico, /.well-known/ …): a 404 is no probe.
  "well-known",
  "missing-script",
] as const;

export type Signal = (typeof SIGNALS)[number];

/** The bit of each signal in the stored number (a positive int4). */
export const SIGNAL_BITS = Object.fromEntries(SIGNALS.map((name, index) => [name, 1 << index])) as Readonly<
  Record<Signal, number>
>;

/** Signals that only an attacker gives; the others tell what a request is about. */
export const ATTACK_SIGNALS = [
  "sensitive-file",
  "traversal",
  "injection",
  "known-exploit",
  "scanner-agent",
  "open-proxy",
  "malformed",
  "admin-probe",
] as const satisfies readonly Signal[];

export const DEFAULT_SENSITIVE_PATHS: readonly string[] = ["/admin/", "/login/", "/api/auth/"];

/** One request as a door saw it or a log tells it; `path` and `query` (without "?") as they were sent. */
export type SignalRequest = {
  /** `null`: the request line was none of HTTP. */
  readonly method: string | null;
  /** For an absolute-form target or CONNECT: the whole target. */
  readonly path: string;
  readonly query: string | null;
  readonly userAgent: string;
  readonly status: number | null;
  readonly referrer?: string | null;
  /** As the log has it, escapes included; only where a log shows it. */
  readonly requestLine?: string | null;
  readonly protocol?: string | null;
  readonly kind?: RequestKind;
  /** The site's own host, where it is known: an absolute target that names it is no open proxy. */
  readonly host?: string | null;
};

export type SignalOptions = { readonly sensitivePaths?: readonly string[] };

/** What gave a signal: the rule that matched (`log4shell`) and the text it matched, at most 200 characters. */
export type SignalMatch = { readonly signal: Signal; readonly rule: string; readonly evidence: string };
