import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeDoorBuild } from "@/services/door-build";
import { StartError } from "@/services/errors";
import { stripPlainPages } from "@/services/plain-pages";

/** What a build is made of: another state of these is another build. */
const SOURCES = [
  "app",
  "components",
  "db",
  "inngest",
  "lib",
  "public",
  "middleware.ts",
  "instrumentation.ts",
  "next.config.ts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "services/door-build.ts",
  "services/plain-pages.ts",
];
const MARK = path.join(".next", "gatehouse-build.json");
const OUTPUT_KEPT = 8000;

async function* filesBelow(place: string): AsyncGenerator<string> {
  const entries = await readdir(place, { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    yield place;
    return;
  }
  for (const entry of entries.sort((x, y) => (x.name < y.name ? -1 : 1))) {
    if (/\.test\.tsx?$/.test(entry.name)) continue;
    const child = path.join(place, entry.name);
    if (entry.isDirectory()) yield* filesBelow(child);
    else yield child;
  }
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    for await (const file of filesBelow(source)) {
      const content = await readFile(file).catch(() => null);
      if (content) hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex");
}

/** Whether `.next` holds a build of the sources as they are. */
export async function isBuilt(): Promise<boolean> {
  const mark = await readFile(MARK, "utf8").catch(() => "{}");
  const [current] = await Promise.all([fingerprint()]);
  try {
    return JSON.parse(mark).sources === current;
  } catch {
    return false;
  }
}

/**
 * Builds the product by `next build`.
 * @throws StartError with the end of what the build said.
 */
export async function build(): Promise<void> {
  const sources = await fingerprint();
  const command = path.join("node_modules", "next", "dist", "bin", "next");
  const child = spawn(process.execPath, [command, "build"], {
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-OUTPUT_KEPT);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new StartError(`The build failed:\n${output}`, "Mend what it names and start again.");
  await finishBuild();
  await writeFile(MARK, `${JSON.stringify({ sources })}\n`);
}

/** What is done with a build of Next.js before it is served. */
export async function finishBuild(): Promise<void> {
  await stripPlainPages();
  // Where a platform runs us there is no Node door.
  if (!process.env.VERCEL) await makeDoorBuild();
}
