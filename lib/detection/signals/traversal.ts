import { BARE_TARGETS, TRAVERSAL_TARGETS } from "@/lib/detection/data/traversal-targets";
import { shortenRuns } from "@/lib/detection/signals/decode";
import type { RuleMatch, SignalFamily } from "@/lib/detection/signals/family";
import { decodeQuery, type NormalRequest } from "@/lib/detection/signals/normal-request";

// ".." between slashes, also with a Tomcat parameter ("..;"), trailing blanks or a NUL.
const CLIMB = /(?:^|[/=:,?&'"\s])\.\.(?:;[^/]{0,40}|[\s\u2400.]{0,3})?(?=\/|$)/g;
const STUFFED = /(?:\.{2,}\/{2,}){2}|\.{4}\/{1,2}\.{4}|\.\/{0,2}\.{3}\/|(?:\.\.\/?){1,8}\.\.\.\//;
const DOTS =
  /\/\.{6,}[/{]?|(?:\/\.{4,}){2}|(?:\/+\.(?=\/)){6}|(?:0x2e){2}0x(?:2f|5c)|\.\.0x(?:2f|5c)|(?:\.{2}0x2f){2}/;
const TARGET_HINT =
  /\/(?:etc|proc|var|root|usr|boot\.ini|win|system\.ini|inetpub|autoexec|web-inf|meta-inf|conf|bin|cmd)/;
const STRONG_TARGET = /\/(?:etc\/(?:passwd|shadow)|windows\/win\.ini|boot\.ini|proc\/self\/)/;
const FILE_WRAPPER =
  /(?:^|[=/?&:,])file:\/{1,3}(?:[a-z]:|etc|var|proc|root|home|windows|tmp|usr|localhost\/)/;

/** Climbing out of the folder that is served, and the files this is done for, in every encoding a decoder undoes. */
export const traversal: SignalFamily = {
  signal: "traversal",
  find(request) {
    return inPath(request) ?? inQuery(request);
  },
};

function inPath({ rawPath, path, pathText }: NormalRequest): RuleMatch | null {
  if (!/\.\.|\/\.\/|0x2e|file:|\/(?:etc|proc|web-inf|meta-inf|win|boot\.ini|\/)/.test(path)) return null;
  const climbs = climbsIn(path);
  const evidence = path;
  if (hasTarget(path) && (climbs > 0 || rawPath !== path || isAbsoluteTarget(path)))
    return { rule: "target", evidence };
  if (climbs > climbsIn(rawPath.replaceAll("\\", "/"))) return { rule: "encoded", evidence: rawPath };
  if (climbs > 0 && (pathText !== path || path.includes("..;"))) return { rule: "backslash", evidence };
  // One or two plain steps are what a careless crawler makes of a relative link.
  if (climbs >= 3) return { rule: "climb", evidence };
  if (STUFFED.test(path) || DOTS.test(path)) return { rule: "stuffed", evidence };
  return FILE_WRAPPER.test(path) ? { rule: "file-wrapper", evidence } : null;
}

function inQuery({ rawQuery, query }: NormalRequest): RuleMatch | null {
  if (
    rawQuery === "" ||
    !/\.\.|\.\/\.|\/(?:etc|proc|var|root|usr|win|inetpub)|\.ini|0x2e|file:|web-inf|meta-inf/.test(
      query.replaceAll("\\", "/"),
    )
  )
    return null;
  for (const part of rawQuery.split("&", 64)) {
    const rule = traversalIn(decodeQuery(part.slice(part.indexOf("=") + 1)));
    if (rule) return { rule, evidence: query };
  }
  return null;
}

/** How one decoded, lower-case value traverses; `null`: it does not. */
export function traversalIn(value: string): string | null {
  const text = shortenRuns(value.replaceAll("\\", "/"));
  const climbs = climbsIn(text);
  if (hasTarget(text) && (climbs > 0 || /^(?:file:|[a-z]:|\/|\.)/.test(text))) return "target";
  if (STRONG_TARGET.test(text) && !/\s/.test(text)) return "target";
  if (BARE_TARGETS.test(text.replace(/^[./]+/, ""))) return "target";
  if (
    climbs >= 2 ||
    (climbs === 1 &&
      /^(?:\/|\.\.\/).*\.(?:\.|ini|conf|cfg|xml|log|php|inc|env|htpasswd|asp|config|properties|key|pem)(?:\u2400|$)/.test(
        text,
      ))
  )
    return "climb";
  if (STUFFED.test(text) || DOTS.test(text)) return "stuffed";
  return FILE_WRAPPER.test(text) ? "file-wrapper" : null;
}

function climbsIn(text: string): number {
  return text.includes("..") ? (text.match(CLIMB)?.length ?? 0) : 0;
}

function hasTarget(text: string): boolean {
  return TARGET_HINT.test(text) && TRAVERSAL_TARGETS.some((target) => text.includes(target));
}

// A site may well have a page "/etc/hosts"; nobody links to the others.
function isAbsoluteTarget(path: string): boolean {
  return /\/etc\/(?:passwd|shadow)$|\/proc\/self\/|\/windows\/(?:win\.ini|system32)|\/web-inf\/(?:web\.xml|classes)|\/boot\.ini$|\/win\.ini$/.test(
    path,
  );
}
