import type { SignalFamily } from "@/lib/detection/signals/family";

/** Programs that a server runs by the name of their file. */
const SCRIPT = /\.(?:php\d?|phtml|phar|aspx?|ashx|asmx|jspx?|jspa|cgi|pl|cfm|cfc)$/;
/** Every folder may have one of these: the name says nothing of what is looked for. */
const FOLDER_PAGE = /^(?:index|default|home|main)\./;
const GONE: readonly (number | null)[] = [404, 410];

/**
 * A script by name that the site does not have. By itself it is a stale link as well as a search; the rules ask what else
 * the visitor was served, and who else asks for the same.
 */
export const missingScript: SignalFamily = {
  signal: "missing-script",
  find({ source, segments }) {
    if (!GONE.includes(source.status)) return null;
    const name = segments.at(-1) ?? "";
    return SCRIPT.test(name) && !FOLDER_PAGE.test(name) ? { rule: "script", evidence: name } : null;
  },
};
