import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const common = { set: z.string().min(1) };
const asserted = z.object({
  ...common,
  kind: z.literal("asserted"),
  labels: z.string(),
  tests: z.string().optional(),
  root: z.string(),
  log_types: z.array(z.string()).optional(),
  http_only: z.boolean().optional(),
});
const hostile = z.object({ ...common, kind: z.literal("hostile"), logs: z.array(z.string()).min(1) });
const benign = z.object({
  ...common,
  kind: z.literal("benign"),
  logs: z.array(z.string()).min(1),
  hostile_addresses: z.array(z.string()),
});

const manifest = z.object({
  sets: z.array(z.discriminatedUnion("kind", [asserted, hostile, benign])).min(1),
  ordinary_targets: z.array(z.string()),
});

export type Manifest = z.infer<typeof manifest>;
export type AssertedSet = z.infer<typeof asserted>;
export type HostileSet = z.infer<typeof hostile>;
export type BenignSet = z.infer<typeof benign>;

/** The manifest of a folder, or null where there is none. @throws ZodError where it says something else. */
export function readManifest(folder: string): Manifest | null {
  const file = path.join(folder, "eval.json");
  return existsSync(file) ? manifest.parse(JSON.parse(readFileSync(file, "utf8"))) : null;
}

/** One JSON value a line, each read by the schema. */
export function readJsonLines<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema>[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => schema.parse(JSON.parse(line)));
}

export function readLines(file: string): string[] {
  return readFileSync(file, "utf8").split(/\r?\n/);
}
