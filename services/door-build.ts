import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { DOOR_BUILD } from "@/lib/guard/door-build";

const MANIFEST = "middleware-manifest.json";
/** What a server does not read, and what it writes itself. */
const LEFT_OUT = ["cache", "diagnostics", "trace", "trace-build", "types", path.basename(DOOR_BUILD)];
const WRITTEN = ["route-cache"];

/**
 * Makes the build that the Node door serves: the same files, but that Next.js is told of no middleware. The door has
 * decided about a request before Next.js sees it, and an edge middleware, however little it does, takes half of what a
 * server can answer. Plain `next start` knows nothing of this folder and keeps its guard.
 */
export async function makeDoorBuild(build = ".next"): Promise<void> {
  const made = path.join(build, path.basename(DOOR_BUILD));
  await rm(made, { recursive: true, force: true });
  await link(build, made, [...LEFT_OUT, "server"]);
  const server = path.join(made, "server");
  await link(path.join(build, "server"), server, [...WRITTEN, MANIFEST]);
  const manifest = JSON.parse(await readFile(path.join(build, "server", MANIFEST), "utf8"));
  await writeFile(
    path.join(server, MANIFEST),
    JSON.stringify({ ...manifest, middleware: {}, sortedMiddleware: [] }),
  );
}

/** Small files are copied and folders linked, which every system allows without a special right. */
async function link(from: string, to: string, without: readonly string[]): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (without.includes(entry.name)) continue;
    const [source, copy] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (!entry.isDirectory()) await copyFile(source, copy);
    else if (process.platform === "win32") await symlink(path.resolve(source), copy, "junction");
    else await symlink(path.relative(to, source), copy);
  }
}
