import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDoorBuild } from "@/services/door-build";

const MANIFEST = {
  version: 3,
  middleware: { "/": { files: ["a.js"] } },
  sortedMiddleware: ["/"],
  functions: {},
};
let build: string;

async function put(name: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(build, name)), { recursive: true });
  await writeFile(path.join(build, name), text);
}
const read = (name: string) => readFile(path.join(build, name), "utf8");

beforeEach(async () => {
  build = await mkdtemp(path.join(tmpdir(), "gatehouse-build-"));
  await put("BUILD_ID", "one");
  await put("static/chunks/a.js", "static");
  await put("server/app/page.js", "page");
  await put("server/route-cache/x.html", "written while it was served");
  await put("server/middleware-manifest.json", JSON.stringify(MANIFEST));
  await put("cache/large", "of no use to a server");
});
afterEach(() => rm(build, { recursive: true, force: true }));

test("the Node door's build is the same, but that Next.js is told of no middleware", async () => {
  await makeDoorBuild(build);
  expect(await read("node-door/BUILD_ID")).toBe("one");
  expect(await read("node-door/static/chunks/a.js")).toBe("static");
  expect(await read("node-door/server/app/page.js")).toBe("page");
  expect(JSON.parse(await read("node-door/server/middleware-manifest.json"))).toEqual({
    ...MANIFEST,
    middleware: {},
    sortedMiddleware: [],
  });
  for (const left of ["cache/large", "server/route-cache/x.html"])
    await expect(read(`node-door/${left}`)).rejects.toThrow("ENOENT");
});

test("plain `next start` keeps its guard, and a new build replaces the door's", async () => {
  await makeDoorBuild(build);
  await put("BUILD_ID", "two");
  await makeDoorBuild(build);
  expect(await read("node-door/BUILD_ID")).toBe("two");
  expect(JSON.parse(await read("server/middleware-manifest.json"))).toEqual(MANIFEST);
});
