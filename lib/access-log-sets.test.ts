import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type AccessLogEntry, parseAccessLogLine } from "@/lib/access-log";
import { formatIp } from "@/lib/ip";

const dataFolder = process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));

type LogSet = {
  set: string;
  logs: string[];
  lines: number;
  addresses: number;
  malformed: number;
  /** Lines whose last quote is missing: read here, left out of the set's own counts. */
  cutOff: number;
};
const SETS: LogSet[] = [
  {
    set: "elastic_apache_logs",
    logs: ["apache_logs.log"],
    lines: 10_000,
    addresses: 1_753,
    malformed: 0,
    cutOff: 1,
  },
  { set: "almhuette_2019", logs: ["short.log"], lines: 10_000, addresses: 456, malformed: 0, cutOff: 0 },
  {
    set: "honeypot_hanxen_2019",
    logs: ["access.log", "access.log.1"],
    lines: 9_143,
    addresses: 483,
    malformed: 8_340,
    cutOff: 0,
  },
];
type Volume = {
  source_ip: string;
  total: number;
  first: string;
  last: string;
  n_4xx: number;
  n_404: number;
  n_post: number;
};

// The sets' own counts take a line's first word for the visitor: where a format begins with the virtual
// host, that is the host.
function volumesOf(entries: readonly AccessLogEntry[]): Map<string, Omit<Volume, "source_ip">> {
  const bySource = new Map<string, AccessLogEntry[]>();
  for (const entry of entries) {
    const source = entry.host ?? entry.remote;
    const own = bySource.get(source);
    if (own === undefined) bySource.set(source, [entry]);
    else own.push(entry);
  }
  return new Map(
    [...bySource].map(([source, own]) => {
      const times = own.map((entry) => entry.at.getTime());
      const count = (matches: (entry: AccessLogEntry) => boolean) => own.filter(matches).length;
      const volume = {
        total: own.length,
        first: new Date(Math.min(...times)).toISOString(),
        last: new Date(Math.max(...times)).toISOString(),
        n_4xx: count(({ status }) => status !== null && status >= 400 && status < 500),
        n_404: count(({ status }) => status === 404),
        n_post: count(({ method }) => method === "POST"),
      };
      return [source, volume];
    }),
  );
}

for (const { set, logs, lines, addresses, malformed, cutOff } of SETS) {
  const files = logs.map((log) => `${dataFolder}/${set}/${log}`);
  test.skipIf(!files.every((file) => existsSync(file)))(
    `all ${lines} lines of ${set} are read, and every source has its counts (needs ../shared/data)`,
    () => {
      const texts = files.flatMap((file) => readFileSync(file, "utf8").trimEnd().split("\n"));
      const entries = texts.map(parseAccessLogLine).filter((entry) => entry !== null);
      expect(entries).toHaveLength(lines);
      expect(entries.filter((entry) => entry.method === null)).toHaveLength(malformed);
      const distinct = new Set(entries.map((entry) => entry.ip && formatIp(entry.ip)));
      expect(distinct).not.toContain(null);
      expect(distinct.size).toBe(addresses);

      const isWhole = (_entry: AccessLogEntry, index: number) => /" *\d*$/.test(texts[index]!);
      const whole = entries.filter(isWhole);
      expect(entries.length - whole.length).toBe(cutOff);
      const volumes = volumesOf(whole);
      const expected = readFileSync(`${dataFolder}/${set}/derived_ip_volume.jsonl`, "utf8")
        .trim()
        .split("\n");
      for (const line of expected) {
        const { source_ip: source, total, n_4xx, n_404, n_post, ...times }: Volume = JSON.parse(line);
        const [first, last] = [times.first, times.last].map((time) => new Date(time).toISOString());
        expect(volumes.get(source), source).toEqual({ total, first, last, n_4xx, n_404, n_post });
      }
      expect(volumes.size).toBe(expected.length);
    },
  );
}
