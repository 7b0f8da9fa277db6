import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { THRESHOLDS } from "@/lib/detection/thresholds";
import { readEnv } from "@/lib/env";

const example = readFileSync(".env.example", "utf8");
const shown = new Map(
  [...example.matchAll(/^# ?([A-Z][A-Z_]+)=(.*)$/gm)].map((found) => [
    found[1] as string,
    found[2] as string,
  ]),
);

test("every variable that Gatehouse reads is in .env.example", () => {
  expect(Object.keys(readEnv({})).filter((name) => !shown.has(name))).toEqual([]);
});

test.each(Object.values(THRESHOLDS))("$env is there with its default", ({ env, schema }) => {
  const given = schema.safeParse(shown.get(env));
  expect(given.data).toEqual(schema.parse(undefined));
});
