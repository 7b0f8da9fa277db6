import { normalPath } from "@/lib/guard/normal-path";
import { DATA_POLICY, POLICY_HEADER, SECURITY_HEADERS } from "@/lib/guard/security-headers";

/** The addresses of our pages. Whatever is sent to them is a call of one of their actions, or a mistake. */
export const PAGES: ReadonlySet<string> = new Set([
  "/",
  "/account",
  "/allowed",
  "/blocked",
  "/jobs",
  "/requests",
  "/settings",
  "/sign-in",
  "/suspicious",
]);

/** What reads the body of a request itself; an address that ends in a slash stands for all below it. */
export const HANDLERS: readonly string[] = [
  "/api/auth/",
  "/api/health",
  "/api/inngest",
  "/api/live",
  "/ip-tracking/login",
  "/ip-tracking/logout",
  "/ip-tracking/test-geo",
];

export type PageCallFault = { status: 400 | 403 | 404 | 405 | 411 | 413 | 415; error: string };

/** A request as far as it matters here: as the edge knows it, or as the Node door tells it. */
export type PageCall = {
  method: string;
  /** With an origin, be it a made-up one. */
  url: string;
  headers: Pick<Headers, "get" | "has">;
  arrayBuffer(): Promise<ArrayBuffer>;
};

/** More than any form of ours can hold. */
export const CALL_BYTES_MAX = 262_144;
/** Levels of lists and objects in each other; ours have three. */
const DEPTH_MAX = 8;
/** Arguments of an action; ours have two. Next.js fails on more than a thousand. */
const ARGUMENTS_MAX = 16;
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];
const ACTION_HEADER = "next-action";

/** The page of a failure, which Next.js shows to whoever asks for it, as one: with status 500. */
const FAILURE_PAGE = "/_global-error";

const NOTHING: PageCallFault = { status: 404, error: "There is nothing here." };
const FOREIGN: PageCallFault = { status: 403, error: "A page of another site cannot change anything here." };
const NO_ACTION: PageCallFault = { status: 405, error: "Pages are read by GET." };
const NO_LENGTH: PageCallFault = { status: 411, error: "Say how long the body is (Content-Length)." };
const TOO_LARGE: PageCallFault = { status: 413, error: `The body is larger than ${CALL_BYTES_MAX} bytes.` };
const WRONG_TYPE: PageCallFault = { status: 415, error: "The body is nothing that our pages send." };
const MALFORMED: PageCallFault = { status: 400, error: "The body cannot be read." };

/**
 * Whether a request calls an action of a page, or tries to: Next.js answers a bad one of those with 500, be there a page
 * at its address or not, and takes every multipart form for one.
 */
export function isPageCall({ method, headers, url }: PageCall): boolean {
  if (SAFE_METHODS.includes(method)) return url.includes(FAILURE_PAGE);
  return headers.has(ACTION_HEADER) || isMultipart(headers) || isPage(url) || url.includes(FAILURE_PAGE);
}

const isMultipart = (headers: PageCall["headers"]) =>
  /^multipart\/form-data/i.test(headers.get("content-type") ?? "");
const pathOf = (url: string) => normalPath(new URL(url).pathname);
const isPage = (url: string) => PAGES.has(pathOf(url));

function isHandler(url: string): boolean {
  const path = pathOf(url);
  return HANDLERS.some((handler) => (handler.endsWith("/") ? path.startsWith(handler) : path === handler));
}

/** What is wrong with a call of a page's action, before Next.js reads it; null where nothing is. Reads its body. */
export async function faultOfPageCall(request: PageCall): Promise<PageCallFault | null> {
  const { headers, url } = request;
  if (pathOf(url).startsWith(FAILURE_PAGE)) return NOTHING;
  if (isHandler(url) || SAFE_METHODS.includes(request.method)) return null;
  if (isForeign(headers)) return FOREIGN;
  if (!isPage(url)) return NOTHING;
  if (request.method !== "POST" || !headers.has(ACTION_HEADER)) return NO_ACTION;
  const type = headers.get("content-type") ?? "";
  const isForm = isMultipart(headers);
  if (!isForm && !/^text\/plain *(;|$)/i.test(type)) return WRONG_TYPE;
  const length = headers.get("content-length");
  if (length === null) return NO_LENGTH;
  if (Number(length) > CALL_BYTES_MAX) return TOO_LARGE;
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > CALL_BYTES_MAX) return TOO_LARGE;
  return (await isReadable(bytes, type, isForm)) ? null : MALFORMED;
}

/** Compares as Next.js does, which fails where we would not: with the host that a proxy tells, else the one asked for. */
function isForeign(headers: PageCall["headers"]): boolean {
  const origin = headers.get("origin");
  if (origin === null) {
    const site = headers.get("sec-fetch-site");
    return site !== null && site !== "same-origin" && site !== "none";
  }
  const host = headers.get("x-forwarded-host")?.split(",")[0]?.trim() || headers.get("host");
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

async function isReadable(bytes: ArrayBuffer, type: string, isForm: boolean): Promise<boolean> {
  try {
    if (!isForm) return isArguments(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
    // React names the arguments "0", and the fields of a form among them "_1_name".
    const isOurs = [...form.keys()].every((name) => name === "0" || /^_\d{1,3}_/.test(name));
    const root = form.get("0");
    return isOurs && typeof root === "string" && isArguments(root);
  } catch {
    return false;
  }
}

/**
 * Whether a text is a list of plain values as React writes one. Of its marks (`$` and a letter) only those for undefined,
 * odd numbers, dates, forms and a dollar sign itself pass: our actions take nothing else, and most of the others fail when decoded.
 */
function isArguments(text: string): boolean {
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) && value.length <= ARGUMENTS_MAX && isPlain(value, DEPTH_MAX);
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isPlainText(value);
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((part) => isPlain(part, depth - 1));
}

function isPlainText(text: string): boolean {
  if (!text.startsWith("$")) return true;
  if (text.startsWith("$D")) return !Number.isNaN(Date.parse(text.slice(2)));
  return text.startsWith("$$") || /^\$(undefined|NaN|-?Infinity|-0|K[0-9a-f]{1,3})$/.test(text);
}

const FAULT_HEADERS = {
  ...SECURITY_HEADERS,
  [POLICY_HEADER]: DATA_POLICY,
  "cache-control": "no-store",
  "content-type": "application/json",
};

/** The answer to such a call, in JSON: no page waits for it. */
export function faultAnswer({ status, error }: PageCallFault): {
  status: number;
  headers: Record<string, string>;
  body: string;
} {
  return { status, headers: { ...FAULT_HEADERS }, body: JSON.stringify({ error }) };
}
