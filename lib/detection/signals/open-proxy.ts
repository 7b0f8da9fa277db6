import type { SignalFamily } from "@/lib/detection/signals/family";

/** Somebody takes the site for an open proxy: CONNECT, or a whole URL of another host where a path should stand. */
export const openProxy: SignalFamily = {
  signal: "open-proxy",
  find({ source, rawPath, referrer }) {
    if (source.method?.toUpperCase() === "CONNECT") return { rule: "connect", evidence: rawPath };
    const host = /^[a-z][a-z\d+.-]{1,15}:\/\/(?:[^/@]{0,200}@)?([^/?#]{0,255})/i.exec(rawPath)?.[1];
    if (host !== undefined && !isOwn(host, source.host ?? hostIn(referrer)))
      return { rule: "absolute-target", evidence: rawPath };
    // "GET example.org:443 HTTP/1.1": a CONNECT by people who do not know the word.
    if (/^[\w-]+(?:\.[\w-]+)+:\d{1,5}$/.test(rawPath)) return { rule: "authority-target", evidence: rawPath };
    return null;
  },
};

/** Where a log does not name the site, a visitor who comes from a page of the same host does. */
function hostIn(referrer: string): string | undefined {
  return /^https?:\/\/([^/?#]{1,255})/.exec(referrer)?.[1];
}

function isOwn(host: string, own: string | null | undefined): boolean {
  const bare = (text: string) => text.toLowerCase().replace(/:\d+$/, "");
  return own ? bare(host) === bare(own) : false;
}
