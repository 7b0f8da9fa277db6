import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

/** Pages that Next.js renders at build time: a scanner's 404, and what is left where rendering itself fails. */
const PAGES = ["app/_not-found.html", "app/_global-error.html", "pages/404.html", "pages/500.html"];
const SCRIPTS = /<script\b[^>]*>.*?<\/script>|<link rel="preload" as="script"[^>]*>/gs;

/** The page without its scripts: made at build time, they can know no nonce, and the policy of our pages runs no other. */
export function withoutScripts(html: string): string {
  return html.replace(SCRIPTS, "");
}

/** What Next.js keeps beside a page: one of the tags is that of the root layout. */
const meta = z.looseObject({ headers: z.record(z.string(), z.unknown()).optional() });
const TAGS = "x-next-cache-tags";

/** What is kept beside a page without its tags: `revalidatePath("/", "layout")` would have it rendered anew, scripts and all. */
export function withoutTags(text: string): string {
  const { headers, ...others } = meta.parse(JSON.parse(text));
  const kept = Object.entries(headers ?? {}).filter(([name]) => name !== TAGS);
  return JSON.stringify({ ...others, headers: Object.fromEntries(kept) });
}

/** Takes the scripts out of the pages of a build that no visitor's request renders; they are links and text, and need none. */
export async function stripPlainPages(folder = ".next"): Promise<void> {
  for (const page of PAGES) {
    const file = path.join(folder, "server", page);
    await change(file, withoutScripts);
    await change(file.replace(/\.html$/, ".meta"), withoutTags);
  }
}

async function change(file: string, by: (text: string) => string): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text !== null) await writeFile(file, by(text));
}
