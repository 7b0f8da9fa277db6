import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Program, startProgram } from "@/e2e/fixtures/program";
import { build, isBuilt } from "@/services/build";
import { freePort } from "@/services/ports";
import { run } from "@/services/run";
import { productEnvironment } from "@/services/test/environment";

const NEXT = path.resolve("node_modules", "next", "dist", "bin", "next");
const SOURCES = [
  ...["app", "components", "db", "inngest", "lib"],
  ...["instrumentation.ts", "next.config.ts", "tsconfig.json", "package.json"],
];
const EMPTY_MIDDLEWARE = `import { NextResponse } from "next/server";

export const config = { matcher: "/:path*" };

export default function middleware(): Response {
  return NextResponse.next();
}
`;
const BUILD_SECONDS_MAX = 600;
const READY_MS = 60_000;

/** Builds what is measured where the sources have changed, as `npm start` does. */
export async function ensureBuilt(log: (line: string) => void): Promise<void> {
  if (await isBuilt()) return;
  log("the product is built");
  await build();
}

/**
 * Builds the same application with a middleware that does nothing, in a folder of its own: below `.next/cache`, where
 * a build finds node_modules and another build touches nothing. The caller removes it.
 */
export async function buildEmpty(log: (line: string) => void): Promise<string> {
  log("the application is built with an empty middleware");
  const cache = path.join(".next", "cache");
  await mkdir(cache, { recursive: true });
  const folder = path.resolve(await mkdtemp(path.join(cache, "bench-")));
  try {
    const isProduct = (source: string) => !/\.test\.tsx?$|\/test$/.test(source);
    for (const name of SOURCES)
      await cp(name, path.join(folder, name), { recursive: true, filter: isProduct });
    await writeFile(path.join(folder, "middleware.ts"), EMPTY_MIDDLEWARE);
    const limits = { directory: folder, timeoutSeconds: BUILD_SECONDS_MAX };
    const { code, output } = await run(process.execPath, [NEXT, "build"], limits);
    if (code !== 0) throw new Error(`The build with an empty middleware failed:\n${output}`);
    return folder;
  } catch (error) {
    await removeEmpty(folder);
    throw error;
  }
}

export async function removeEmpty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

export type BareSite = { url: string; program: Program; stop(): Promise<void> };

/** Starts plain `next start` on a free port in a folder that is built. The caller stops it. */
export async function startBare(folder: string, settings: Record<string, string>): Promise<BareSite> {
  const port = await freePort();
  const program = startProgram(process.execPath, [NEXT, "start", "-p", String(port), "-H", "127.0.0.1"], {
    cwd: folder,
    env: { ...productEnvironment(settings), NODE_ENV: "production" },
  });
  const stop = async () => {
    program.child.kill("SIGTERM");
    const patience = setTimeout(() => program.child.kill("SIGKILL"), 10_000);
    await program.ended;
    clearTimeout(patience);
  };
  try {
    await program.waitFor(/Ready in/, READY_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}`, program, stop };
}
