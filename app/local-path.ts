const BASE = "http://local.invalid";

/**
 * The path of a page of this site that a visitor asked to be sent to, or the fallback for anything else: another site,
 * `//host`, a scheme, control characters, or the sign-in page itself.
 */
export function localPath(text: unknown, fallback = "/"): string {
  if (typeof text !== "string" || text.length > 2048 || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text))
    return fallback;
  if (!URL.canParse(text, BASE)) return fallback;
  const url = new URL(text, BASE);
  if (url.origin !== BASE || url.pathname.startsWith("//") || /^\/sign-in(\/|$)/.test(url.pathname))
    return fallback;
  return url.pathname + url.search + url.hash;
}
