import {
  CONSOLES,
  DATABASE_TOOLS,
  OWN_PLACES,
  PLAIN_PATHS,
  PLAIN_PLACES,
} from "@/lib/detection/data/admin-tools";
import { type SignalFamily, wasRefused, wasServed } from "@/lib/detection/signals/family";

const DEPTH_MAX = 6;
const DATABASE_HINT = /admin|pma|sql|db|mongo/;

/** A look for an administration tool that the site has not, or that no visitor has business with. */
export const adminProbe: SignalFamily = {
  signal: "admin-probe",
  find({ segments, path, query, source }) {
    const served = wasServed(source.status);
    const refused = wasRefused(source.status);
    for (const segment of segments.slice(0, DEPTH_MAX)) {
      const isTool = CONSOLES.has(segment) || (DATABASE_HINT.test(segment) && DATABASE_TOOLS.test(segment));
      if (isTool || (!served && OWN_PLACES.has(segment)) || (refused && PLAIN_PLACES.has(segment)))
        return { rule: segment.slice(0, 60), evidence: path };
    }
    if (!refused) return null;
    const found = PLAIN_PATHS.exec(path)?.[0];
    // A page "/login" that is missing may be a stale bookmark; with Jenkins' or a gateway's parameters it is not.
    if (found === undefined || (found === "/login" && !/^(?:from|redir|lang|next_file)=/.test(query)))
      return null;
    return { rule: found.replace(/^\/+|\/$/g, ""), evidence: path };
  },
};
