import path from "node:path";
import { z } from "zod";
import { type Flags, flagRequests } from "@/bench/eval/clock";
import { groupBy } from "@/bench/eval/group";
import { addressOf, requestOf } from "@/bench/eval/log-requests";
import {
  type AssertedSet,
  type BenignSet,
  type HostileSet,
  readJsonLines,
  readLines,
} from "@/bench/eval/manifest";
import { atLeast, atMost, countRules, rulesOf, type SetResult, shareOf } from "@/bench/eval/measure";
import type { AccessLogEntry } from "@/lib/access-log";
import { crawlerStanding } from "@/lib/crawlers/standing";
import type { Thresholds } from "@/lib/detection/thresholds";
import { canonicalIp } from "@/lib/ip";
import { parseLogLine } from "@/lib/log-formats/parse-log-line";

const label = z.object({
  log_file: z.string(),
  source_ip: z.string(),
  scenario: z.string(),
  http: z.boolean().optional(),
});
const assertedTest = z.object({
  log_file: z.string(),
  log_type: z.string(),
  expected_alerts: z.number().nullable(),
  has_scenario_assert: z.boolean().optional(),
});

function readEntries(file: string): AccessLogEntry[] {
  return readLines(file)
    .map((line) => parseLogLine(line))
    .filter((entry) => entry !== null);
}

/** Every log by itself: which of the addresses that must be flagged are, and which others. */
export function measureAsserted(folder: string, set: AssertedSet, thresholds: Thresholds): SetResult {
  const tests = set.tests ? readJsonLines(path.join(folder, set.tests), assertedTest) : null;
  const labels = readJsonLines(path.join(folder, set.labels), label).filter(
    ({ http }) => !set.http_only || http,
  );
  const logs = tests
    ? tests.filter(({ log_type }) => !set.log_types || set.log_types.includes(log_type))
    : [...new Set(labels.map(({ log_file }) => log_file))].map((log_file) => ({ log_file }));
  const flags: Flags = new Map();
  const wanted = new Set<string>();
  const silent = new Set<string>();
  const unjudged = new Set<string>();
  for (const { log_file: log, ...test } of logs) {
    const own = labels.filter(({ log_file }) => log_file === log);
    for (const { source_ip, scenario } of own) {
      if (!/benign/i.test(scenario)) wanted.add(`${log} ${canonicalIp(source_ip) ?? source_ip}`);
    }
    if ("expected_alerts" in test && !test.expected_alerts) silent.add(log);
    // Made to show how lines are read: some hold attacks, and nobody has said which.
    if ("has_scenario_assert" in test && test.has_scenario_assert === false) unjudged.add(log);
    const requests = readEntries(path.join(folder, set.root, log)).map(requestOf);
    for (const [key, rules] of flagRequests(requests, thresholds)) flags.set(`${log} ${key}`, rules);
  }
  const found = [...flags.keys()];
  const wrong = found.filter((key) => !wanted.has(key));
  const missed = [...wanted].filter((key) => !flags.has(key));
  const logOf = (key: string) => key.slice(0, key.indexOf(" "));
  const isInSilent = (key: string) => silent.has(logOf(key));
  const judged = found.filter((key) => !unjudged.has(logOf(key)));
  return {
    set: set.set,
    kind: set.kind,
    facts: [
      `${logs.length} logs, ${wanted.size} asserted addresses, ${found.length} flagged`,
      `wrongly flagged ${wrong.length}, of them ${wrong.filter(isInSilent).length} in logs that must stay silent`,
      ...(unjudged.size === 0 ? [] : [sayJudged(judged, wanted, unjudged.size)]),
    ],
    rules: countRules(flags, wanted),
    checks: [
      atLeast("recall", shareOf(wanted.size - missed.length, wanted.size), 0.9),
      atLeast("precision", shareOf(found.length - wrong.length, found.length), 0.95),
    ],
    details: [
      ...missed.map((key) => `missed ${key}`),
      ...wrong.map((key) => `wrongly ${key} (${rulesOf(flags, key)})`),
    ],
  };
}

/** For comparison, no target: precision where somebody has said which addresses attack. */
function sayJudged(judged: readonly string[], wanted: ReadonlySet<string>, others: number): string {
  const precision = shareOf(judged.filter((key) => wanted.has(key)).length, judged.length);
  return `precision ${precision.toFixed(3)} without the ${others} logs that assert only how lines are read`;
}

/** Every source attacks: those are wanted that asked for more than what any visitor asks for. */
export function measureHostile(
  folder: string,
  set: HostileSet,
  ordinaryTargets: readonly string[],
  thresholds: Thresholds,
): SetResult {
  const entries = set.logs.flatMap((log) => readEntries(path.join(folder, log)));
  const flags = flagRequests(entries.map(requestOf), thresholds);
  const isOrdinary = ({ method, target }: AccessLogEntry) =>
    (method === "GET" || method === "HEAD") &&
    target !== null &&
    ordinaryTargets.includes(target.split("?")[0] as string);
  const wanted = new Set(entries.filter((entry) => !isOrdinary(entry)).map(addressOf));
  const missed = [...wanted].filter((key) => !flags.has(key));
  const asked = (key: string) =>
    entries.filter((entry) => addressOf(entry) === key).map(({ requestLine }) => requestLine.slice(0, 80));
  return {
    set: set.set,
    kind: set.kind,
    facts: [
      `${entries.length} requests of ${new Set(entries.map(addressOf)).size} sources, ${wanted.size} asked for more than the front page, ${flags.size} flagged`,
    ],
    rules: countRules(flags, new Set(entries.map(addressOf))),
    checks: [atLeast("recall", shareOf(wanted.size - missed.length, wanted.size), 0.9)],
    details: missed.map((key) => `missed ${key}: ${[...new Set(asked(key))].slice(0, 3).join(" | ")}`),
  };
}

/** An ordinary site: how many visitors are disturbed, whether any crawler that behaves is, and which attackers are found. */
export function measureBenign(folder: string, set: BenignSet, thresholds: Thresholds): SetResult {
  const entries = set.logs.flatMap((log) => readEntries(path.join(folder, log)));
  const requests = entries.map(requestOf);
  const flags = flagRequests(requests, thresholds);
  const hostile = new Set(set.hostile_addresses.map((address) => canonicalIp(address) ?? address));
  const visitors = groupBy(requests, ({ key }) => key);
  const clean = [...visitors.keys()].filter((key) => !hostile.has(key));
  const wrong = clean.filter((key) => flags.has(key));
  const missed = [...hostile].filter((key) => !flags.has(key));
  const isGoodCrawler = (key: string) => {
    const own = visitors.get(key) ?? [];
    const standing = crawlerStanding([...new Set(own.map(({ userAgent }) => userAgent))], key);
    return standing === "verified" || standing === "unpublished";
  };
  const crawlers = wrong.filter(isGoodCrawler);
  const asked = (key: string) =>
    (visitors.get(key) ?? []).map(({ path: own, status }) => `${own.slice(0, 60)} ${status}`);
  return {
    set: set.set,
    kind: set.kind,
    facts: [
      `${requests.length} requests of ${visitors.size} addresses, ${hostile.size} named as attackers`,
      `flagged ${wrong.length} of ${clean.length} others, among them ${crawlers.length} of ${clean.filter(isGoodCrawler).length} crawlers that behave`,
    ],
    rules: countRules(flags, hostile),
    checks: [
      atMost("others flagged", shareOf(wrong.length, clean.length, 0), 0.02),
      atMost("crawlers that behave flagged", crawlers.length, 0),
      atLeast("attackers found", shareOf(hostile.size - missed.length, hostile.size), 0.85),
    ],
    details: [
      ...missed.map((key) => `missed ${key}: ${[...new Set(asked(key))].slice(0, 4).join(" | ")}`),
      ...wrong.map(
        (key) =>
          `flagged ${key} (${rulesOf(flags, key)}): ${[...new Set(asked(key))].slice(0, 4).join(" | ")}`,
      ),
    ],
  };
}
