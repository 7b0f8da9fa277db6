export type Product = { readonly name: string; readonly version: string | null };

const VERSION = /[/ ]{0,2}v?(\d[\w.-]{0,29})/y;
// Words of a browser's costume that many automata wear; they name nobody.
const COSTUME =
  /^(mozilla|applewebkit|chrome|safari|version|gecko|firefox|mobile|opera|compatible|khtml|like|x11|linux|windows|nt|wow64|win64|x64|x86_64|macintosh|intel|mac|os|u|msie|trident|rv:.*)$/i;
const AUTOMATON = /bot|crawl|spider|fetch|scan|preview|proxy|archiv|check|monitor|feed|favicon/i;
const LINK = /^(https?:|www\.)|@/i;

/**
 * The product (RFC 9110, section 10.1.5) that speaks for a program that is no ordinary browser: what a text begins with,
 * or, behind "Mozilla/5.0", what follows "compatible;", looks like an automaton's name or has a version of its own.
 */
export function productOf(userAgent: string): Product {
  if (!/^mozilla\//i.test(userAgent)) {
    const name = userAgent.split(/[/(;,+|]/, 1)[0] ?? "";
    return { name: name.trim(), version: versionAt(userAgent, name.length) };
  }
  const said = userAgent.split(/compatible;/i, 2)[1] ?? userAgent;
  const own = said
    .split(/[\s;(),+]+/)
    .filter((word) => /^[a-z]/i.test(word) && !LINK.test(word))
    .map((word) => productFrom(word))
    .filter(({ name }) => !COSTUME.test(name));
  const chosen =
    own.find(({ name }) => AUTOMATON.test(name)) ?? own.find(({ version }) => version !== null) ?? own[0];
  return chosen ?? { name: "Mozilla", version: null };
}

/** The version that stands at `index`, after a slash or a space; `null` when none does. */
export function versionAt(text: string, index: number): string | null {
  VERSION.lastIndex = index;
  return VERSION.exec(text)?.[1] ?? null;
}

function productFrom(word: string): Product {
  const name = word.split("/", 1)[0] ?? "";
  return { name, version: versionAt(word, name.length) };
}
