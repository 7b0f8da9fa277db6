import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { refusalHeaders } from "@/lib/guard/rate-limit-headers";
import { DATA_POLICY, POLICY_HEADER, plainPagePolicy, SECURITY_HEADERS } from "@/lib/guard/security-headers";
import type { Verdict } from "@/lib/guard/verdict";

export type Refusal = { status: 403 | 429 | 503; headers: Record<string, string>; body: string };
type Refused = Exclude<Verdict, { action: "allow" }>;

const BLOCKED = "Access denied: your IP address has been blocked.";
const LOGIN_LIMITED = "Too many login attempts. Please try again later.";
const LIMITED = "Too many requests. Please try again later.";
const CLOSED = "This cannot be done at the moment. Please try again later.";

function statusOf(verdict: Refused): Refusal["status"] {
  switch (verdict.reason) {
    case "block-rule":
    case "no-address":
      return 403;
    case "rate-limit":
      return 429;
    case "rules-unavailable":
    case "limiter-unavailable":
      return 503;
  }
}

function sentenceOf(verdict: Refused): string {
  switch (verdict.reason) {
    case "block-rule":
      return BLOCKED;
    case "no-address":
      return "Access denied: your address could not be determined.";
    case "rate-limit":
      return verdict.policy === "login" ? LOGIN_LIMITED : LIMITED;
    case "rules-unavailable":
    case "limiter-unavailable":
      return CLOSED;
  }
}

/** The answer to a refused visitor: a page where the client takes one, else JSON; with a reference that finds the event. */
export function refusalOf(verdict: Refused, reference: string, accept: string | null): Refusal {
  const status = statusOf(verdict);
  const sentence = sentenceOf(verdict);
  const retry = verdict.action === "limit" ? refusalHeaders(verdict.limits, verdict.retryAfterSeconds) : null;
  if (accept?.includes("text/html")) {
    return {
      status,
      headers: { ...PAGE_HEADERS, "x-request-id": reference, ...retry },
      body: page(sentence, reference, verdict.action === "limit" ? verdict.retryAfterSeconds : null),
    };
  }
  // The sign-in limit answers with exactly the words that clients of the older system look for.
  const isLogin = verdict.reason === "rate-limit" && verdict.policy === "login";
  const body = isLogin ? { error: sentence } : { error: sentence, reference };
  return {
    status,
    headers: { ...DATA_HEADERS, "x-request-id": reference, ...retry },
    body: JSON.stringify(body),
  };
}

const STYLE = `
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:28rem;padding:2rem}
h1{font-size:1.25rem;line-height:1.35;margin:0 0 .75rem}
p{margin:0 0 .75rem;opacity:.8}
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
`;
const PAGE_POLICY = plainPagePolicy(`sha256-${btoa(String.fromCharCode(...sha256(utf8ToBytes(STYLE))))}`);

// Put together once: whoever is refused asks again, often thousands of times a second.
const DATA_HEADERS = {
  "cache-control": "no-store",
  ...SECURITY_HEADERS,
  "content-type": "application/json",
  [POLICY_HEADER]: DATA_POLICY,
};
const PAGE_HEADERS = {
  ...DATA_HEADERS,
  "content-type": "text/html; charset=utf-8",
  [POLICY_HEADER]: PAGE_POLICY,
};

function page(sentence: string, reference: string, retryAfterSeconds: number | null): string {
  const wait = retryAfterSeconds === null ? "" : `<p>You can try again in ${retryAfterSeconds} s.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${sentence}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${sentence}</h1>
${wait}
<p>If you think that this is a mistake, tell the site's administrator this reference:</p>
<p><code>${reference}</code></p>
</main>
</body>
</html>
`;
}
