import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { doorSite } from "@/cli/test/door-site";
import { logLine } from "@/cli/test/recording-server";
import { spawnCommand } from "@/cli/test/run-command";

const dataFolder =
  process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const apacheLog = join(dataFolder, "elastic_apache_logs/apache_logs.log");
const hasApacheLog = existsSync(apacheLog);
const NEEDS = hasApacheLog ? "" : " (needs ../shared/data)";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-replay-"));
let site: Awaited<ReturnType<typeof doorSite>>;

beforeAll(async () => {
  site = await doorSite();
});
beforeEach(() => site.db.$client`truncate request_rows, traffic_rollups`);
afterAll(async () => {
  await site.stop();
  rmSync(folder, { recursive: true });
});

function logFile(name: string, lines: readonly string[]): string {
  const text = `${lines.join("\n")}\n`;
  writeFileSync(join(folder, name), name.endsWith(".gz") ? gzipSync(text) : text);
  return join(folder, name);
}

const replay = (...args: string[]) =>
  spawnCommand({ ...site.env, GATEHOUSE_DIR: folder }, "replay", "--url", site.url, ...args);

async function recorded() {
  const [row] = await site.db.$client`
    select count(*)::int as rows, count(distinct ip_hash)::int as addresses from request_logs`;
  const [rollups] = await site.db.$client`
    select coalesce(sum(allowed + blocked + limited), 0)::int as counted from traffic_rollups where dimension = 'total'`;
  return { ...row, ...rollups };
}

const timeOf = (minutes: number) =>
  `10/Mar/2026:${String(10 + Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}:00 +0000`;

describe("a replay through a door", { timeout: 120_000 }, () => {
  test("leaves one row for each line sent, with its visitor, and says how many", async () => {
    const lines = Array.from({ length: 500 }, (_, n) =>
      logLine({
        ip: `198.51.100.${n % 41}`,
        request: `GET /page/${n}?q=${n} HTTP/1.1`,
        referrer: "https://example.org/x",
      }),
    );
    const odd = ["no log line", logLine({ request: "-" }), logLine({ request: "OPTIONS * HTTP/1.0" })];
    const { code, out } = await replay(logFile("access.log.gz", [...lines, ...odd]));
    expect(code).toBe(0);
    expect(out).toMatch(
      /Lines read +503\nSent +501\nNot parsable +1\nNot sendable +1\nAnswers +501 × 404 Not Found\n/,
    );
    expect(out).toMatch(/ {2}line 501: no log line\n/);
    expect(out).toContain("Recorded  501 rows since the replay began.");
    expect(await recorded()).toMatchObject({ rows: 501, addresses: 42, counted: 501 });
    const [row] = await site.db
      .$client`select method, host, referrer_host, network::text from request_logs where path = '/page/7'`;
    const host = new URL(site.url).host;
    expect(row).toEqual({ method: "GET", host, referrer_host: "example.org", network: "198.51.100.0/24" });
  });

  test("can keep the log's own distances, with its last request now", async () => {
    const minutes = [0, 30, 95, 200];
    const file = logFile(
      "shifted.log",
      minutes.map((minute) => logLine({ at: timeOf(minute) })),
    );
    const before = Date.now();
    const { code, out } = await replay(file, "--times", "shifted");
    expect([code, out]).toEqual([0, expect.stringContaining("Recorded  4 rows")]);
    const rows = await site.db
      .$client`select (extract(epoch from occurred_at) * 1000)::float8 as at from request_logs order by id`;
    const times = rows.map(({ at }) => Number(at));
    expect(times.map((time) => (time - (times[0] ?? 0)) / 60_000)).toEqual(minutes);
    expect(times.at(-1)).toBeGreaterThanOrEqual(before);
    expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
  });

  test("is refused for a site that is not this machine, and where nobody listens", async () => {
    const file = logFile("one.log", [logLine()]);
    expect(await replay(file, "--url", "http://192.0.2.1")).toMatchObject({
      code: 2,
      err: expect.stringContaining("--allow-remote"),
    });
    expect(await replay(file, "--url", "http://127.0.0.1:1")).toMatchObject({
      code: 1,
      err: expect.stringContaining("Nothing answers at http://127.0.0.1:1"),
    });
    expect((await recorded()).rows).toBe(0);
  });

  test.skipIf(!hasApacheLog)(
    `of 10,000 lines of Apache is 10,000 rows of 1,753 addresses${NEEDS}`,
    async () => {
      const { code, out } = await replay(apacheLog);
      expect([code, out]).toEqual([
        0,
        expect.stringContaining("Recorded  10,000 rows since the replay began."),
      ]);
      expect(out).toMatch(/Lines read +10,000\nSent +10,000\nNot parsable +0\nNot sendable +0\n/);
      expect(out).toMatch(/Addresses +1,753\n/);
      expect(await recorded()).toMatchObject({ rows: 10_000, addresses: 1753, counted: 10_000 });
    },
  );
});
