import {
  ARCHIVE,
  DOUBTFUL_COPY,
  MISSING_ONLY,
  SENSITIVE_NAMES,
  SENSITIVE_SHAPES,
} from "@/lib/detection/data/sensitive-files";
import { type SignalFamily, wasRefused } from "@/lib/detection/signals/family";

/** Deeper down an ordinary site may keep such names for ends of its own. In segments. */
const DEPTH_MAX = 2;
// Where programs write such a name in a value: ?file=wp-config.php
const IN_QUERY =
  /(?:^|[=/])(?:wp-config\.php|\.env|\.htpasswd|\.ssh\/\w+|\.aws\/\w+|\.git\/\w+|id_rsa)(?:$|[&\u2400])/;

/** A request for a file that the site's visitors have no business with. */
export const sensitiveFile: SignalFamily = {
  signal: "sensitive-file",
  find({ segments, query, source }) {
    const refused = wasRefused(source.status);
    const name = segments.at(-1);
    for (const segment of segments) {
      if (
        isDoubtful(segment)
          ? refused && segment === name && segments.length <= DEPTH_MAX
          : isSensitive(segment)
      )
        return { rule: segment.slice(0, 60), evidence: segments.join("/") };
    }
    if (name !== undefined && segments.length <= DEPTH_MAX && ARCHIVE.test(name) && refused)
      return { rule: "site-archive", evidence: name };
    const asked = query === "" ? null : IN_QUERY.exec(query);
    return asked && { rule: "named-in-query", evidence: asked[0] };
  },
};

function isDoubtful(segment: string): boolean {
  return MISSING_ONLY.has(segment) || DOUBTFUL_COPY.test(segment);
}

function isSensitive(segment: string): boolean {
  if (SENSITIVE_NAMES.has(segment)) return true;
  return SHAPE_HINT.test(segment) && SENSITIVE_SHAPES.some((shape) => shape.test(segment));
}

// Ordinary names have one dot and none of these endings.
const SHAPE_HINT =
  /^\.|~$|\..*\.|^ht(?:passwd|access)|\.(?:env|bak|backup|old|orig|original|saved?|sw[op]|tmp|temp|txt|copy|dist|sample|inc|new|[12]|zip|gz|tar|local|prod|sql|sqlite3?|mdb|dump|bkp|kdbx?|pfx|p12|ppk|jks|keystore|ovpn|tfstate|tfvars|pgdump)\d?$/;
