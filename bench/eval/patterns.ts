import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { groupBy } from "@/bench/eval/group";
import { requestOf } from "@/bench/eval/log-requests";
import { readJsonLines } from "@/bench/eval/manifest";
import { atLeast, atMost, type SetResult, shareOf } from "@/bench/eval/measure";
import { ATTACK_SIGNALS, hasSignal, signalsOf } from "@/lib/detection/signals";
import { parseLogLine } from "@/lib/log-formats/parse-log-line";

const isAttack = (signals: number) => ATTACK_SIGNALS.some((signal) => hasSignal(signals, signal));
const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36";

/** The sets that are read line by line; those that the folder does not hold are left out. */
export function measurePatterns(folder: string): SetResult[] {
  return [
    ...filesOf(folder, "http_params_dataset", /^payload_.*\.csv$/).map(measureValues),
    ...filesOf(folder, "crs_regression", /^tests.*\.jsonl$/).map(measureRequests),
    ...filesOf(folder, "fail2ban_logs", /^labels.*\.jsonl$/).map(measureLines),
  ];
}

function filesOf(folder: string, set: string, name: RegExp): string[] {
  const place = path.join(folder, set);
  if (!existsSync(place)) return [];
  const names = readdirSync(place).filter((file) => name.test(file));
  return names.sort().map((file) => path.join(place, file));
}

const nameOf = (file: string) => path.join(path.basename(path.dirname(file)), path.basename(file));

/** Values of parameters, benign or of four classes of attack, each sent as one parameter of a query. */
function measureValues(file: string): SetResult {
  const [, ...rows] = readCsv(readFileSync(file, "utf8"));
  const seen = rows.map(([payload = "", , type = "", kind = ""]) => ({
    type,
    isAnomaly: kind === "anom",
    isFlagged: isAttack(
      signalsOf({
        method: "GET",
        path: "/search",
        query: `q=${encodeURIComponent(payload.toWellFormed())}`,
        userAgent: BROWSER,
        status: 200,
      }),
    ),
  }));
  const attacks = seen.filter(({ isAnomaly }) => isAnomaly);
  const benign = seen.filter(({ isAnomaly }) => !isAnomaly);
  return {
    set: nameOf(file),
    kind: "values",
    facts: classFacts(attacks),
    rules: [],
    checks: [
      atLeast("recall", shareOf(countFlagged(attacks), attacks.length), 0.9),
      atMost("benign flagged", shareOf(countFlagged(benign), benign.length, 0), 0.01),
    ],
    details: [],
  };
}

const crsTest = z.object({
  file: z.string(),
  method: z.string().nullable(),
  uri: z.string().nullable(),
  headers: z.record(z.string(), z.coerce.string()).nullable(),
  label: z.string(),
});

/** Requests by class of attack; much of an attack stands in bodies and headers that no record keeps, hence no target. */
function measureRequests(file: string): SetResult {
  const tests = readJsonLines(file, crsTest).filter(({ uri }) => uri?.includes("?") || uri?.includes(".."));
  const seen = tests.map(({ file: source, method, uri, headers, label }) => {
    const [target = "", query = null] = splitOnce(uri ?? "/", "?");
    const header = (name: string) =>
      Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
    const signals = signalsOf({
      method,
      path: target,
      query,
      userAgent: header("user-agent"),
      status: null,
      referrer: header("referer") || null,
    });
    return { type: source.split("-").slice(1, 2).join(""), label, isFlagged: isAttack(signals) };
  });
  const attacks = seen.filter(({ label }) => label === "attack");
  const benign = seen.filter(({ label }) => label === "benign_for_rule");
  return {
    set: nameOf(file),
    kind: "requests",
    facts: [
      ...classFacts(attacks),
      `benign for the rule under test, flagged by any: ${countFlagged(benign)} of ${benign.length}`,
    ],
    rules: [],
    checks: [],
    details: [],
  };
}

const fail2ban = z.object({
  scenario: z.string(),
  is_failure: z.boolean().nullable(),
  web: z.boolean(),
  line: z.string(),
});

/** Lines of web logs that tell of a request: is there anything for a rule to count in those that must match? */
function measureLines(file: string): SetResult {
  const labels = readJsonLines(file, fail2ban).filter(({ web }) => web);
  const seen = labels.flatMap(({ line, scenario, is_failure }) => {
    const entry = parseLogLine(line);
    if (entry === null) return [];
    const { signals, status } = requestOf(entry);
    const isFlagged = isAttack(signals) || (status !== null && [400, 401, 403, 404, 429].includes(status));
    return [{ type: scenario, isFailure: is_failure === true, isFlagged }];
  });
  const failures = seen.filter(({ isFailure }) => isFailure);
  return {
    set: nameOf(file),
    kind: "lines",
    facts: [
      ...classFacts(failures),
      `${seen.length} of ${labels.length} lines of web servers tell of a request; the others are messages of applications`,
    ],
    rules: [],
    checks: [],
    details: [],
  };
}

type Seen = { type: string; isFlagged: boolean };

function countFlagged(seen: readonly Seen[]): number {
  return seen.filter(({ isFlagged }) => isFlagged).length;
}

function classFacts(seen: readonly Seen[]): string[] {
  return [...groupBy(seen, ({ type }) => type)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([type, own]) => `${type}: ${countFlagged(own)} of ${own.length}`);
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Rows of CSV (RFC 4180): quoted fields may hold commas, doubled quotes and line ends. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const row = rows[rows.length - 1] as string[];
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match.index + match[0].length >= text.length) break;
    if (match[3] !== ",") rows.push([]);
  }
  return rows;
}
