import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { type LogSource, sourceOf } from "@/cli/replay/log-source";
import { readLogTimes } from "@/cli/replay/log-times";
import { type ReplayOptions, replay } from "@/cli/replay/run";
import { Tally } from "@/cli/replay/tally";
import { logLine, recordingServer } from "@/cli/test/recording-server";
import { REPLAY_HEADER, readReplayMark } from "@/lib/guard/replay-mark";

let server: Awaited<ReturnType<typeof recordingServer>>;
afterEach(() => server.stop());

const logOf = (content: string | Buffer, name = "a log"): LogSource =>
  sourceOf(name, Buffer.byteLength(content), () =>
    Readable.from([Buffer.from(content)], { objectMode: false }),
  );

const timeAt = (second: number) => `10/Mar/2026:12:00:${String(second).padStart(2, "0")} +0000`;
const lines = (count: number) =>
  Array.from({ length: count }, (_, n) => logLine({ ip: `192.0.2.${n % 7}`, request: `GET /${n} HTTP/1.1` }));

async function run(logs: LogSource[], change: Partial<ReplayOptions> = {}) {
  const tally = new Tally();
  const head = { host: server.url.host, forwardedHeader: "x-forwarded-for", shift: null } as const;
  const signal = new AbortController().signal;
  const options = {
    logs,
    url: server.url,
    concurrency: 1,
    speed: null,
    limit: null,
    head,
    signal,
    ...change,
  };
  const result = await replay(options, tally);
  return { tally, ...result };
}

const targets = () => server.received.map(({ target }) => target);

describe("replay", () => {
  test("sends each line once, in order, in the name of its visitor", async () => {
    server = await recordingServer();
    const log = [
      logLine({
        ip: "198.51.100.1",
        request: "GET /a?b=c HTTP/1.1",
        referrer: "https://example.org/",
        userAgent: "One/1",
      }),
      logLine({ ip: "2001:db8::1", request: "POST /form HTTP/1.0", userAgent: "Two/2" }),
      logLine({ ip: "198.51.100.1", request: "GET /a?b=c HTTP/1.1" }),
    ].join("\n");
    const { tally } = await run([logOf(log)]);
    expect(server.received).toMatchObject([
      {
        method: "GET",
        target: "/a?b=c",
        headers: {
          "x-forwarded-for": "198.51.100.1",
          referer: "https://example.org/",
          "user-agent": "One/1",
        },
      },
      {
        method: "POST",
        target: "/form",
        headers: { "x-forwarded-for": "2001:db8::1", "content-length": "0" },
      },
      { method: "GET", target: "/a?b=c" },
    ]);
    expect(tally).toMatchObject({ read: 3, sent: 3, answered: 3 });
    expect(tally.addresses.count).toBe(2);
  });

  test("reads several logs one after the other, packed ones too", async () => {
    server = await recordingServer();
    const packed = logOf(gzipSync(logLine({ request: "GET /first HTTP/1.1" })), "first.gz");
    await run([packed, logOf(`${logLine({ request: "GET /second HTTP/1.1" })}\n`)]);
    expect(targets()).toEqual(["/first", "/second"]);
  });

  test("over several connections sends as many as there are lines, and no more at a time than asked for", async () => {
    let open = 0;
    let openMax = 0;
    server = await recordingServer((_, response) => {
      openMax = Math.max(openMax, ++open);
      setTimeout(() => {
        open--;
        response.end();
      }, 2);
    });
    const { tally } = await run([logOf(lines(300).join("\n"))], { concurrency: 8 });
    expect(new Set(targets()).size).toBe(300);
    expect(tally.sent).toBe(300);
    expect(tally.addresses.count).toBe(7);
    expect(openMax).toBeLessThanOrEqual(8);
    expect(openMax).toBeGreaterThan(1);
    expect(server.connections()).toBeLessThanOrEqual(8);
  });

  test("counts and shows what is no log line or no HTTP, and goes on", async () => {
    server = await recordingServer();
    const junk = Array.from({ length: 7 }, (_, n) => `junk ${n}`);
    const log = [
      ...junk,
      logLine(),
      "",
      logLine({ request: "-" }),
      logLine({ ip: "host.example" }),
      logLine(),
    ].join("\n");
    const { tally } = await run([logOf(log)]);
    expect(tally).toMatchObject({ read: 11, sent: 2, unparsable: 7, notSendable: 2 });
    expect(tally.samples.map(({ place }) => place)).toEqual([
      "line 1",
      "line 2",
      "line 3",
      "line 4",
      "line 5",
    ]);
    expect([...tally.unsendable.values()]).toEqual([
      { count: 1, first: "line 10" },
      { count: 1, first: "line 11" },
    ]);
  });

  test("counts answers by status", async () => {
    server = await recordingServer((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      response.end();
    });
    const log = [200, 403, 403, 429, 404].map((status) => logLine({ request: `GET /${status} HTTP/1.1` }));
    const { tally } = await run([logOf(log.join("\n"))]);
    expect(Object.fromEntries(tally.statuses)).toEqual({ 200: 1, 403: 2, 404: 1, 429: 1 });
  });

  test("keeps the log's pace, faster by the factor", async () => {
    server = await recordingServer();
    const log = [0, 0, 3, 6].map((second) =>
      logLine({ at: timeAt(second), request: `GET /${second} HTTP/1.1` }),
    );
    await run([logOf(log.join("\n"))], { speed: 10, concurrency: 4 });
    const [a, b, c, d] = server.received.map(({ afterMs }) => afterMs) as [number, number, number, number];
    expect(targets()).toEqual(["/0", "/0", "/3", "/6"]);
    expect(b - a).toBeLessThan(c - b);
    expect(c - a).toBeGreaterThan(180);
    expect(d - a).toBeGreaterThan(400);
    expect(d - a).toBeLessThan(3000);
  });

  test("stops at the limit, and where it is told to", async () => {
    server = await recordingServer();
    expect((await run([logOf(lines(50).join("\n"))], { limit: 20, concurrency: 4 })).tally.sent).toBe(20);
    const stop = new AbortController();
    const slow = [0, 1].map((second) =>
      logLine({ at: timeAt(30 * second), request: `GET /slow/${second} HTTP/1.1` }),
    );
    setTimeout(() => stop.abort(), 100);
    const { tally } = await run([logOf(slow.join("\n"))], { speed: 1, signal: stop.signal });
    expect(tally).toMatchObject({ read: 1, sent: 1 });
  });

  test("moves the log's times so that its last request is now, for a door that knows the secret", async () => {
    server = await recordingServer();
    const seconds = [10, 40, 25];
    const log = logOf(seconds.map((second) => logLine({ at: timeAt(second) })).join("\n"));
    const times = await readLogTimes([log], null);
    expect(times).toEqual({
      first: new Date("2026-03-10T12:00:10Z"),
      last: new Date("2026-03-10T12:00:40Z"),
    });
    const now = Date.parse("2026-06-01T00:00:00Z");
    const shift = { byMs: now - (times?.last.getTime() ?? 0), secret: "a secret" };
    await run([log], { head: { host: "site.example", forwardedHeader: "x-forwarded-for", shift } });
    const marks = server.received.map(({ headers }) =>
      readReplayMark(String(headers[REPLAY_HEADER]), "a secret"),
    );
    expect(marks).toEqual([now - 30_000, now, now - 15_000]);
    expect(readReplayMark(String(server.received[0]?.headers[REPLAY_HEADER]), "another")).toBeNull();
  });

  test("ends where nobody listens any more, with what was sent in the tally", async () => {
    server = await recordingServer();
    const gone = new Tally();
    const head = { host: "site.example", forwardedHeader: "x-forwarded-for", shift: null } as const;
    const signal = new AbortController().signal;
    const url = new URL("http://127.0.0.1:1");
    const logs = [logOf(lines(10).join("\n"))];
    const options = { logs, url, concurrency: 2, speed: null, limit: null, head, signal, refusedWaitMs: 0 };
    await expect(replay(options, gone)).rejects.toThrow("takes no connections");
    expect(gone.sent).toBe(0);
  });
});
