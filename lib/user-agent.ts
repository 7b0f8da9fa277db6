import { isbot } from "isbot";
import UAParser from "ua-parser-js";
import { KNOWN_PROGRAMS } from "@/lib/user-agent/known-programs";
import { productOf, versionAt } from "@/lib/user-agent/product";

/**
 * What kind of program asks. `crawler`: a search engine's; `bot`: any other automaton that says so; `tool`: an HTTP
 * library or command; `scanner`: a program that looks for weaknesses; `unknown`: empty, or like none of these.
 * Everything rests on what the program says of itself: a browser's name proves nothing.
 */
export type UserAgentClass = "browser" | "crawler" | "bot" | "tool" | "scanner" | "unknown";

export type UserAgentInfo = {
  readonly class: UserAgentClass;
  /** At most 60 characters; empty when nothing is known. */
  readonly name: string;
  readonly version: string | null;
  readonly os: string | null;
  readonly device: "desktop" | "mobile" | "tablet" | "bot" | "other";
};

const LENGTH_MAX = 512;
const NAME_LENGTH_MAX = 60;
const VERSION_LENGTH_MAX = 30;
const MEMORY_SIZE_MAX = 5_000;

// Instruments that load a page in a real browser and name themselves in passing; isbot does not know them.
const INSTRUMENTS = ["gtmetrix", "miniature.io", "ylt chrome"];

const NOTHING: UserAgentInfo = { class: "unknown", name: "", version: null, os: null, device: "other" };
const MOBILE_SYSTEMS = new Set([
  "Android",
  "iOS",
  "Windows Phone",
  "Windows Mobile",
  "BlackBerry",
  "HarmonyOS",
]);

// The least recently used is first: a Map keeps the order of insertion.
const memory = new Map<string, UserAgentInfo>();

/** Classifies a User-Agent header; only its first 512 characters count. Pure, and remembers the last 5,000 answers. */
export function classifyUserAgent(text: string): UserAgentInfo {
  // A cut of a long text keeps all of it in memory, so such cuts are not remembered.
  if (text.length > LENGTH_MAX) return classify(text.slice(0, LENGTH_MAX).trim());
  const userAgent = text.trim();
  const known = memory.get(userAgent);
  if (known) memory.delete(userAgent);
  const info = known ?? classify(userAgent);
  memory.set(userAgent, info);
  if (memory.size > MEMORY_SIZE_MAX) memory.delete(memory.keys().next().value as string);
  return info;
}

function classify(userAgent: string): UserAgentInfo {
  if (userAgent === "" || userAgent === "-") return NOTHING;
  const lower = userAgent.toLowerCase();
  for (const { class: kind, name, mark } of KNOWN_PROGRAMS) {
    const tied = mark.startsWith("^");
    const text = tied ? mark.slice(1) : mark;
    const at = tied ? (lower.startsWith(text) ? 0 : -1) : lower.indexOf(text);
    if (at >= 0) return automaton(kind, name, versionAt(userAgent, at + text.length));
  }
  if (isbot(userAgent) || INSTRUMENTS.some((name) => lower.includes(name))) {
    const product = productOf(userAgent);
    return automaton("bot", product.name, product.version);
  }
  return browserOr(userAgent);
}

function browserOr(userAgent: string): UserAgentInfo {
  const parser = new UAParser(userAgent);
  const browser = parser.getBrowser();
  const os = parser.getOS();
  const system = os.name ? cut(`${os.name} ${os.version ?? ""}`, NAME_LENGTH_MAX) : null;
  const device = deviceOf(parser.getDevice().type, os.name);
  if (!browser.name) {
    const product = productOf(userAgent);
    return {
      class: "unknown",
      name: cut(product.name, NAME_LENGTH_MAX),
      version: product.version,
      os: system,
      device,
    };
  }
  const version = browser.version ? cut(browser.version, VERSION_LENGTH_MAX) : null;
  return { class: "browser", name: cut(browser.name, NAME_LENGTH_MAX), version, os: system, device };
}

function automaton(kind: UserAgentClass, name: string, version: string | null): UserAgentInfo {
  return { class: kind, name: cut(name, NAME_LENGTH_MAX), version, os: null, device: "bot" };
}

function deviceOf(type: string | undefined, os: string | undefined): UserAgentInfo["device"] {
  if (type === "mobile" || type === "tablet") return type;
  if (type !== undefined || os === undefined) return "other";
  return MOBILE_SYSTEMS.has(os) ? "mobile" : "desktop";
}

/** The text without what a database or a terminal chokes on, and no longer than `length`. */
function cut(text: string, length: number): string {
  return text.replace(/\p{C}/gu, "").trim().slice(0, length);
}
