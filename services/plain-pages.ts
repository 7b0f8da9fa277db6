import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** Pages that Next.js renders at build time: a scanner's 404, and what is left where rendering itself fails. */
const PAGES = ["app/_not-found.html", "app/_global-error.html", "pages/404.html", "pages/500.html"];
const SCRIPTS = /<script\b[^>]*>.*?<\/script>|<link rel="preload" as="script"[^>]*>/gs;

/** The page without its scripts: made at build time, they can know no nonce, and the policy of our pages runs no other. */
export function withoutScripts(html: string): string {
  return html.replace(SCRIPTS, "");
}

/** Takes the scripts out of the pages of a build that no visitor's request renders; they are links and text, and need none. */
export async function stripPlainPages(folder = ".next"): Promise<void> {
  for (const page of PAGES) {
    const file = path.join(folder, "server", page);
    const html = await readFile(file, "utf8").catch(() => null);
    if (html !== null) await writeFile(file, withoutScripts(html));
  }
}
