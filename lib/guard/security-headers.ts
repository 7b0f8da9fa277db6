// Imports nothing: the configuration of Next.js takes these, too, where no alias is known.

/** Headers of every answer, whoever gives it: nothing here depends on the request. */
export const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Our own pages tell each other; no other site learns a path of ours.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()",
} as const;

export const POLICY_HEADER = "content-security-policy";
/** For answers that are no page: nothing in them is run, shown in a frame, or sent anywhere. */
export const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** For a page that is all in one piece, with the hashes of its own styles. */
export const plainPagePolicy = (styleHash: string) => `${DATA_POLICY}; style-src '${styleHash}'`;

/** The style sheet that the library of notices (sonner) puts into the page itself, and an element that is still empty. */
const STYLE_HASHES = [
  "'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='",
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
].join(" ");

const YEAR_SECONDS = 31_536_000;
/** Where no page of ours ever answers: files and handlers. */
const NO_PAGE = /^\/(?:_next\/static\/|api\/|ip-tracking\/|icon\.svg(?:\?|$))/;

const FILES = /^\/(?:_next\/static\/|icon\.svg(?:\?|$))/;

/** Whether a request is for a file of ours: nobody behind the door asks then who the visitor is. */
export const isForFile = (target: string): boolean => FILES.test(target);

/** What a door says about an answer besides the answer itself. */
export type SecurityHeaders = {
  /** All that do not depend on the request. */
  readonly common: Readonly<Record<string, string>>;
  /** Those among them that are only for answers in this site's own name, not in that of a server that asks. */
  readonly own: Readonly<Record<string, string>>;
  /** The content security policy of the answer to a request; where a page may answer, with a nonce of its own. */
  policyFor(target: string): string;
};

/** The headers for a site that browsers reach by https or not; `isDev` allows what hot reload needs. */
export function securityHeaders({ isHttps, isDev }: { isHttps: boolean; isDev: boolean }): SecurityHeaders {
  const own: Record<string, string> = isHttps
    ? { "strict-transport-security": `max-age=${YEAR_SECONDS}` }
    : {};
  const policyFor = (target: string) =>
    NO_PAGE.test(target) ? DATA_POLICY : pagePolicy(crypto.randomUUID(), isDev);
  return { common: { ...SECURITY_HEADERS, ...own }, own, policyFor };
}

const PAGE_POLICY = [
  "default-src 'self'",
  "base-uri 'none'",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "frame-src 'none'",
  "img-src 'self'",
  "manifest-src 'self'",
  "media-src 'none'",
  "object-src 'none'",
  "worker-src 'none'",
].join("; ");

// Next.js gives its own scripts the nonce, and what these load needs none; it takes the first directive that begins with
// "script-src" for the one. React and Leaflet set styles by script, which is no attribute of the page. Hot reload
// compiles by `eval`, and its overlay knows no nonce.
function pagePolicy(nonce: string, isDev: boolean): string {
  const script = `script-src 'nonce-${nonce}' 'strict-dynamic'`;
  const style = isDev
    ? "style-src 'self' 'unsafe-inline'"
    : `style-src 'self' 'nonce-${nonce}' ${STYLE_HASHES}; style-src-attr 'none'`;
  return `${PAGE_POLICY}; ${script}${isDev ? " 'unsafe-eval'" : ""}; script-src-attr 'none'; ${style}`;
}
