import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { forwardedElementStart, parseForwarded, parseForwardedElement } from "@/lib/forwarded";

const dataFolder = process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
const vectorFile = `${dataFolder}/client_ip_vectors_peers/forwarded_rfc7239.dev.jsonl`;

const read = (field: string) => parseForwarded(field)?.map((element) => Object.fromEntries(element)) ?? null;

describe("parseForwarded reads RFC 7239", () => {
  test.each([
    ['for="_gazonk"', [{ for: "_gazonk" }]],
    ['For="[2001:db8:cafe::17]:4711"', [{ for: "[2001:db8:cafe::17]:4711" }]],
    ["for=192.0.2.60;proto=http;by=203.0.113.43", [{ for: "192.0.2.60", proto: "http", by: "203.0.113.43" }]],
    ["for=192.0.2.43, for=198.51.100.17", [{ for: "192.0.2.43" }, { for: "198.51.100.17" }]],
    ['for=192.0.2.43;host="a,b;c=\\"d\\\\"', [{ for: "192.0.2.43", host: 'a,b;c="d\\' }]],
    ["for=192.0.2.43;", [{ for: "192.0.2.43" }]],
    [";;for=192.0.2.43", [{ for: "192.0.2.43" }]],
    [", ,for=192.0.2.43,", [{ for: "192.0.2.43" }]],
    ["for=192.0.2.43:80", [{ for: "192.0.2.43:80" }]],
    ["for=[2001:db8::1]:80", [{ for: "[2001:db8::1]:80" }]],
    ["", []],
  ])("%s", (field, expected) => {
    expect(read(field)).toEqual(expected);
  });

  test.each([
    "for",
    "for=",
    "=192.0.2.43",
    "for =192.0.2.43",
    "for= 192.0.2.43",
    "for=192.0.2.43 proto=http",
    "for=192.0.2.43;for=198.51.100.17",
    "for=192.0.2.43;FOR=198.51.100.17",
    'for="192.0.2.43',
    'for="192.0.2.43"x',
    'for="192.0.2.43\\',
    'for="\\"',
    'for="a\nb"',
    'for="a\u007fb"',
    " for=192.0.2.43",
    "for=192.0.2.43 ",
    "f(r=192.0.2.43",
    "for=192.0.2.43, for",
  ])("and refuses %j", (field) => {
    expect(read(field)).toBeNull();
  });
});

test("what is written survives, whatever the quoted text holds", () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab01.:[]_-,;="\\ \t~é'), maxLength: 12 });
  const quote = (value: string) => `"${value.replace(/["\\]/g, "\\$&")}"`;
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 }), (hops) => {
      const field = hops.map(([node, host]) => `for=${quote(node)};host=${quote(host)}`).join(", ");
      expect(read(field)).toEqual(hops.map(([node, host]) => ({ for: node, host })));
    }),
  );
});

test("nothing a visitor sends can change what the proxy has appended", () => {
  const soup = fc.string({ unit: fc.constantFrom(...'for=,;"\\ 192.0[]:_'), maxLength: 40 });
  fc.assert(
    fc.property(soup, (forged) => {
      const field = `${forged}, for="[2001:db8::1]:80";host="a,\\"b"`;
      const start = forwardedElementStart(field, field.length);
      expect(parseForwardedElement(field.slice(start).trim())?.get("for")).toBe("[2001:db8::1]:80");
    }),
    { numRuns: 1_000 },
  );
});

test("eight thousand quotes and backslashes are read in no time", () => {
  for (const unit of ['"', "\\", '\\"', '"\\', ',"']) {
    const startedAt = performance.now();
    parseForwarded(unit.repeat(8_192));
    expect(performance.now() - startedAt).toBeLessThan(200);
  }
});

type Vector = { headers: string[]; expected: Record<string, string[]> | null; error: boolean };

test.skipIf(!existsSync(vectorFile))("the published Forwarded vectors hold (needs ../shared/data)", () => {
  const vectors = readFileSync(vectorFile, "utf8")
    .trim()
    .split("\n")
    .map((line): Vector => JSON.parse(line));
  for (const { headers, expected } of vectors) {
    const byName: Record<string, string[]> = {};
    const elements = parseForwarded(headers.join(", "));
    for (const [name, value] of elements?.flatMap((element) => [...element]) ?? []) {
      byName[name] = [...(byName[name] ?? []), value];
    }
    expect(elements === null ? null : byName, headers[0]).toEqual(expected);
  }
  expect(vectors).toHaveLength(20);
});
