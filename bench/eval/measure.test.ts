import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { readManifest } from "@/bench/eval/manifest";
import { readCsv } from "@/bench/eval/patterns";
import { missedTargets, sayResult } from "@/bench/eval/report";
import { measureAsserted, measureBenign, measureHostile } from "@/bench/eval/sets";
import { thresholdsFrom } from "@/lib/detection/thresholds";

const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-eval-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const thresholds = thresholdsFrom();

const line = (address: string, second: number, request: string, status = 200) =>
  `${address} - - [01/Mar/2025:10:00:${String(second).padStart(2, "0")} +0000] "${request}" ${status} 10 "-" "Example/1.0"`;
/** Twelve paths that do not exist: enough for path-probing by itself. */
const probing = (address: string) =>
  Array.from({ length: 16 }, (_, index) => line(address, index, `GET /page-${index * 13} HTTP/1.1`, 404));
const write = (name: string, lines: readonly unknown[]) => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  const texts = lines.map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  writeFileSync(path.join(folder, name), `${texts.join("\n")}\n`);
};
const checksOf = (result: { checks: { name: string; value: number; isMet: boolean }[] }) =>
  Object.fromEntries(result.checks.map(({ name, value, isMet }) => [name, [value, isMet]]));

test("an asserted set counts addresses log by log, and a silent log's as wrong", () => {
  write("hub/one.log", [...probing("198.51.100.1"), line("198.51.100.2", 9, "GET / HTTP/1.1")]);
  write("hub/two.log", probing("198.51.100.3"));
  const label = { log_file: "one.log", scenario: "probing", http: true };
  write("hub/labels.jsonl", [
    { ...label, source_ip: "198.51.100.1" },
    { ...label, source_ip: "198.51.100.2" },
  ]);
  const test = { log_type: "nginx", expected_alerts: 1 };
  write("hub/tests.jsonl", [
    { ...test, log_file: "one.log" },
    { ...test, log_file: "two.log", expected_alerts: null },
    { ...test, log_file: "three.log", log_type: "other" },
  ]);
  const set = {
    set: "hub",
    kind: "asserted",
    labels: "hub/labels.jsonl",
    tests: "hub/tests.jsonl",
    root: "hub",
    log_types: ["nginx"],
    http_only: true,
  } as const;
  const result = measureAsserted(folder, { ...set, log_types: [...set.log_types] }, thresholds);
  expect(checksOf(result)).toEqual({ recall: [0.5, false], precision: [0.5, false] });
  expect(missedTargets(result)).toEqual([
    "hub, recall 0.500 (target ≥ 0.9): missed",
    "hub, precision 0.500 (target ≥ 0.95): missed",
  ]);
  expect(result.rules).toEqual([{ rule: "path-probing", flagged: 2, rightly: 1, ofHostile: 2 }]);
  expect(sayResult(result, true)).toContain("missed one.log 198.51.100.2");
});

test("of hostile sources those count that asked for more than what any visitor asks for", () => {
  write("pot/access.log", [
    ...probing("198.51.100.1"),
    line("198.51.100.2", 1, "GET /?a=1 HTTP/1.1"),
    line("198.51.100.3", 1, "POST / HTTP/1.1"),
  ]);
  const set = { set: "pot", kind: "hostile", logs: ["pot/access.log"] } as const;
  const result = measureHostile(folder, { ...set, logs: [...set.logs] }, ["/"], thresholds);
  expect(checksOf(result)).toEqual({ recall: [0.5, false] });
});

test("on an ordinary site the named attackers are no wrong ones, and the others are a share of the others", () => {
  const quiet = Array.from({ length: 99 }, (_, index) => line(`203.0.113.${index}`, 1, "GET / HTTP/1.1"));
  write("site/access.log", [...quiet, ...probing("198.51.100.1"), ...probing("198.51.100.2")]);
  const set = {
    set: "site",
    kind: "benign" as const,
    logs: ["site/access.log"],
    hostile_addresses: ["198.51.100.1"],
  };
  expect(checksOf(measureBenign(folder, set, thresholds))).toEqual({
    "others flagged": [0.01, true],
    "crawlers that behave flagged": [0, true],
    "attackers found": [1, true],
  });
});

test("a folder without a manifest has none, and a wrong one is refused", () => {
  expect(readManifest(path.join(folder, "nothing"))).toBeNull();
  write("bad/eval.json", [{ sets: [{ set: "x", kind: "strange" }], ordinary_targets: [] }]);
  expect(() => readManifest(path.join(folder, "bad"))).toThrow();
});

test("CSV keeps commas, doubled quotes and line ends inside of quotes", () => {
  expect(readCsv('"a","b, ""c""\nd",e\r\n1,,3\n')).toEqual([
    ["a", 'b, "c"\nd', "e"],
    ["1", "", "3"],
  ]);
});
