import type { SignalFamily } from "@/lib/detection/signals/family";
import { classifyUserAgent } from "@/lib/user-agent";

const ASSET =
  /\.(?:css|m?js|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|otf|eot|mp4|webm|mp3|ogg|wav|m4[av]|mov|avi|swf|cur|less|scss|wasm)$/;
const WELL_KNOWN =
  /^(?:favicon[\w.-]*\.(?:ico|png|svg|gif)|robots\.txt|humans\.txt|ads\.txt|app-ads\.txt|sellers\.json|security\.txt|sitemap[\w.-]*\.(?:xml|txt)(?:\.gz)?|sitemap_?index\.xml|apple-touch-icon[\w-]*\.png|apple-app-site-association|browserconfig\.xml|manifest\.json|site\.webmanifest|crossdomain\.xml|clientaccesspolicy\.xml|opensearch\.xml|rss\.xml|atom\.xml|feed|feed\.xml|llms\.txt|service-worker\.js|sw\.js|p3p\.xml|dublin\.rdf|labels\.rdf)$/;

/** A static file: it says nothing of its visitor. */
export const asset: SignalFamily = {
  signal: "asset",
  find({ source, segments, path }) {
    const name = segments.at(-1);
    if (source.kind === "asset") return { rule: "kind", evidence: path };
    return name !== undefined && ASSET.test(name) ? { rule: "extension", evidence: name } : null;
  },
};

/** What browsers, crawlers and readers ask every site for, whether it has it or not. */
export const wellKnown: SignalFamily = {
  signal: "well-known",
  find({ segments, path }) {
    const name = segments.at(-1);
    if (name === undefined) return null;
    if (segments[0] === ".well-known") return { rule: ".well-known", evidence: path };
    return WELL_KNOWN.test(name) ? { rule: name, evidence: path } : null;
  },
};

/** The agent says that it is a search engine's crawler; whether that is so, its address tells. */
export const crawlerClaim: SignalFamily = {
  signal: "crawler-claim",
  find({ source }) {
    const { class: kind, name } = classifyUserAgent(source.userAgent);
    return kind === "crawler" ? { rule: name, evidence: source.userAgent } : null;
  },
};
