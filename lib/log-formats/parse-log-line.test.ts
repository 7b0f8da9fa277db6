import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatIp } from "@/lib/ip";
import { LOG_FORMATS, type LogFormat, parseLogLine } from "@/lib/log-formats/parse-log-line";

const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
const TRAEFIK = {
  ClientHost: "198.51.100.9",
  ClientUsername: "-",
  DownstreamContentSize: 17,
  DownstreamStatus: 404,
  RequestHost: "shop.example.com",
  RequestMethod: "GET",
  RequestPath: "/cart?id=7",
  RequestProtocol: "HTTP/2.0",
  StartUTC: "2025-03-01T10:20:30.5Z",
  "request_User-Agent": AGENT,
};
const ENVOY = {
  ":authority": "shop.example.com",
  bytes_sent: 17,
  downstream_remote_address: "198.51.100.9:4711",
  method: "GET",
  protocol: "HTTP/2",
  response_code: 404,
  start_time: "2025-03-01T10:20:30.500Z",
  "user-agent": AGENT,
  "x-envoy-origin-path": "/cart?id=7",
  "x-forwarded-for": "192.0.2.66",
};

const LINES: Partial<Record<LogFormat, string>> = {
  "aws-alb": `https 2025-03-01T10:20:31.000000Z app/lb/1 198.51.100.9:4711 10.0.0.1:80 0.1 0.1 0.0 404 404 34 17 "GET https://shop.example.com:443/cart?id=7 HTTP/2.0" "${AGENT}" ECDHE TLSv1.2 arn:x "Root=1" "-" "-" 0 2025-03-01T10:20:30.500000Z "forward" "-" "-" "10.0.0.1:80" "404"`,
  "traefik-json": JSON.stringify(TRAEFIK),
  "envoy-json": `2025-03-01T11:20:30.500000000+01:00 stdout F ${JSON.stringify(ENVOY)}`,
  "envoy-text": `[2025-03-01T10:20:30.500Z] "GET /cart?id=7 HTTP/2" 404 - 0 17 30 15 "198.51.100.9" "${AGENT}" "id" "shop.example.com" "tcp://10.0.0.1:80"`,
  "nginx-proxy-manager": `[01/Mar/2025:11:20:30 +0100] - 404 404 - GET https shop.example.com "/cart?id=7" [Client 198.51.100.9] [Length 17] [Gzip -] [Sent-to shop] "${AGENT}" "-"`,
  npmplus: `[01/Mar/2025:11:20:30 +0100] shop.example.com 198.51.100.9 0.227 "GET /cart?id=7 HTTP/2.0" 404 17 440 - ${AGENT}`,
  haproxy: `Mar  1 10:20:30 hap-1 haproxy[3946]: 198.51.100.9:4711 [01/Mar/2025:10:20:30.885] front~ back/web 0/0/0/169/169 404 17 - - ---- 5/6/9/1/0 0/0 "GET /cart?id=7 HTTP/1.1"`,
  "nginx-error": `2025/03/01 10:20:30 [error] 11#11: *46 open() "/srv/cart" failed (2: No such file or directory), client: 198.51.100.9, server: shop.example.com, request: "GET /cart?id=7 HTTP/1.1", host: "shop.example.com"`,
  combined: `shop.example.com 198.51.100.9 - - [01/Mar/2025:10:20:30 +0000] "GET /cart?id=7 HTTP/1.1" 404 17 "-" "${AGENT}"`,
};

describe.each(Object.entries(LINES) as [LogFormat, string][])("a line of %s", (format, line) => {
  test("is recognised by itself and says who asked for what, when, and was answered what", () => {
    const entry = parseLogLine(line);
    expect(entry).toMatchObject({ method: "GET", target: "/cart?id=7", status: 404 });
    expect(entry?.ip && formatIp(entry.ip)).toBe("198.51.100.9");
    expect(entry?.at.toISOString().slice(0, 19)).toBe("2025-03-01T10:20:30");
    expect(parseLogLine(line, format)).toEqual(entry);
  });

  test("is no line of any other format", () => {
    const others = (Object.keys(LOG_FORMATS) as LogFormat[]).filter((other) => other !== format);
    expect(others.filter((other) => parseLogLine(line, other) !== null)).toEqual([]);
  });

  test("cut off anywhere, it is read or refused, and never throws", () => {
    for (let end = 0; end < line.length; end++) expect(() => parseLogLine(line.slice(0, end))).not.toThrow();
  });
});

test("host, bytes and user agent are read where a format has them", () => {
  for (const format of [
    "traefik-json",
    "envoy-json",
    "envoy-text",
    "nginx-proxy-manager",
    "npmplus",
  ] as const) {
    expect(parseLogLine(LINES[format] as string)).toMatchObject({
      host: "shop.example.com",
      bytes: 17,
      userAgent: AGENT,
    });
  }
});

test("of a list of hops the nearest is the visitor: the others anybody may have written", () => {
  const entry = parseLogLine(JSON.stringify({ ...TRAEFIK, ClientHost: "192.0.2.66,198.51.100.9" }));
  expect(entry?.remote).toBe("198.51.100.9");
});

test("a message of nginx tells the status: a limit is 429, a wrong password 401, a ban 403", () => {
  const say = (message: string) =>
    parseLogLine(
      `2025/03/01 10:20:30 [error] 11#11: *46 ${message}, client: 2001:db8::9, server: , request: "GET / HTTP/1.1", host: "a.example"`,
    );
  expect(say('limiting requests, excess: 5.4 by zone "one"')?.status).toBe(429);
  expect(say('user "anna": password mismatch')).toMatchObject({ status: 401, user: "anna" });
  expect(say("access forbidden by rule")?.status).toBe(403);
  expect(say("upstream prematurely closed connection")?.status).toBeNull();
});

test("what a client writes cannot pass for the server's own message", () => {
  const line = `2025/03/01 10:20:30 [error] 11#11: *46 upstream timed out, client: 198.51.100.9, server: a, request: "GET /limiting%20requests, client: 192.0.2.1, HTTP/1.1", host: "a"`;
  expect(parseLogLine(line)).toMatchObject({ remote: "198.51.100.9", status: null });
});

test("a binary request is an entry without a method", () => {
  const line = `[01/Mar/2025:11:20:30 +0100] _ 198.51.100.9 0.8 "\\x16\\x03\\x01" 400 122 282 - -`;
  expect(parseLogLine(line)).toMatchObject({ method: null, requestLine: "\\x16\\x03\\x01", status: 400 });
});

test("other text, other JSON and endless lines are no entries", () => {
  for (const line of ["", "{", "{}", '{"ClientHost":7}', "[]", "DEBUG: updated", "a".repeat(200_000)]) {
    expect(parseLogLine(line)).toBeNull();
  }
});

const root = `${process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url))}/crowdsec_hub_tests`;
const expectations = `${root}/parser_expectations_http.dev.jsonl`;
type Expectation = {
  log_file: string;
  event_index: number;
  source_ip: string;
  timestamp?: string;
  http_status?: string;
  http_verb?: string;
};

test.skipIf(!existsSync(expectations))(
  "at least nine in ten of the parses that other parsers assert agree (needs ../shared/data)",
  () => {
    const all = readFileSync(expectations, "utf8").trim().split("\n");
    const agreeing = all
      .map((line) => JSON.parse(line) as Expectation)
      .filter((expected) => {
        const lines = readFileSync(`${root}/${expected.log_file}`, "utf8").split("\n");
        const entry = lines.map((one) => parseLogLine(one)).filter((one) => one !== null)[
          expected.event_index
        ];
        if (!entry?.ip) return false;
        const isTime =
          !expected.timestamp || Math.abs(Date.parse(expected.timestamp) - entry.at.getTime()) < 1000;
        const isStatus = !expected.http_status || Number(expected.http_status) === entry.status;
        const isVerb = !expected.http_verb || expected.http_verb === entry.method;
        return formatIp(entry.ip) === expected.source_ip && isTime && isStatus && isVerb;
      });
    expect(agreeing.length / all.length).toBeGreaterThanOrEqual(0.9);
  },
);
