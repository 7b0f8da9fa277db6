/**
 * Whether a request that changes something comes from a page of this site, or from no page at all (curl, a script).
 * Compares the Origin with the host that the visitor used; a browser lets no other site's page choose either.
 * `siteUrl` is the site's configured address, for a proxy that tells nobody which host was asked for.
 */
export function isOwnOrigin(headers: Headers, siteUrl?: string): boolean {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (origin === null) return site === null || site === "same-origin" || site === "none";
  // "null" is what a page with `Referrer-Policy: no-referrer` sends to its own site as well.
  if (origin === "null") return site === "same-origin";
  const from = URL.canParse(origin) ? new URL(origin) : null;
  if (!from) return false;
  const hosts = [headers.get("host"), headers.get("x-forwarded-host")?.split(",")[0]];
  if (siteUrl) hosts.push(new URL(siteUrl).host);
  return hosts.some((host) => {
    const address = `${from.protocol}//${host?.trim()}`;
    return Boolean(host) && URL.canParse(address) && new URL(address).host === from.host;
  });
}
