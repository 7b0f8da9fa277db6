import { METHODS } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planLine } from "@/cli/replay/plan";
import { headersOf } from "@/cli/replay/request-head";
import { Sender } from "@/cli/replay/sender";
import { logLine, recordingServer } from "@/cli/test/recording-server";

let server: Awaited<ReturnType<typeof recordingServer>>;
let sender: Sender;
beforeAll(async () => {
  server = await recordingServer();
  sender = new Sender({ url: server.url, concurrency: 1 });
});
afterAll(async () => {
  sender.close();
  await server.stop();
});

const head = { host: "site.example", forwardedHeader: "x-forwarded-for", shift: null } as const;

describe("what is done with a line", () => {
  test("an ordinary request is sent as it was", () => {
    const request = "GET /search?q=%C3%A9&page=2 HTTP/1.1";
    const line = logLine({
      ip: "2001:db8::7",
      request,
      referrer: "https://example.org/a",
      userAgent: "Probe/1.0",
    });
    expect(planLine(line)).toMatchObject({
      kind: "request",
      request: {
        method: "GET",
        target: "/search?q=%C3%A9&page=2",
        referrer: "https://example.org/a",
        userAgent: "Probe/1.0",
      },
    });
  });

  test.each(["", "hello", '192.0.2.1 - - [yesterday] "GET / HTTP/1.1" 200 1', "\u0000\u0001"])(
    "'%s' cannot be parsed",
    (line) => expect(planLine(line)).toEqual({ kind: "unparsable" }),
  );

  test.each([
    ["a visitor by name", logLine({ ip: "crawler.example.org" }), "host name"],
    ["no request", logLine({ request: "-" }), "not HTTP"],
    ["a TLS greeting", logLine({ request: "\\x16\\x03\\x01\\x02" }), "not HTTP"],
    ["an unknown method", logLine({ request: "TRACK / HTTP/1.1" }), "TRACK"],
    ["the greeting of HTTP/2", logLine({ request: "PRI * HTTP/2.0" }), "PRI"],
    ["a host as path", logLine({ request: "GET example.org:443 HTTP/1.1" }), "no path"],
    ["a tunnel to a path", logLine({ request: "CONNECT /admin HTTP/1.1" }), "no path"],
    ["an endless target", logLine({ request: `GET /${"a".repeat(9000)} HTTP/1.1` }), "8190"],
  ])("%s is not sendable, and why is said", (_, line, reason) => {
    expect(planLine(line)).toEqual({ kind: "unsendable", reason: expect.stringContaining(reason) });
  });

  test.each([
    "GET /a//b/../c?d=%00#e HTTP/1.1",
    "OPTIONS * HTTP/1.0",
    "TRACE / HTTP/1.1",
    "CONNECT example.org:443 HTTP/1.1",
    "GET http://example.org/a?b HTTP/1.1",
    "PROPFIND /dav HTTP/1.1",
    "POST /cgi-bin/.%2e/.%2e/bin/sh HTTP/1.1",
    "GET /a{b}|c^d`e HTTP/1.1",
    "GET /",
  ])("`%s` arrives as it was written", async (request) => {
    const plan = planLine(logLine({ request }));
    if (plan.kind !== "request") throw new Error(JSON.stringify(plan));
    await sender.send({ ...plan.request, headers: headersOf(plan.request, head) });
    const [method, target] = request.split(" ");
    expect(server.received.at(-1)).toMatchObject({ method, target });
  });

  test("whatever is called sendable reaches a server of Node.js as it is", { timeout: 60_000 }, async () => {
    const method = fc.constantFrom(...METHODS, "TRACK", "FOO", "get");
    const scrap = fc.constantFrom(
      "/",
      "*",
      "?",
      "#",
      "http://",
      "a:",
      "[::1]",
      "@",
      "%",
      "\\x2f",
      ":443",
      "é",
      "..",
      " ",
    );
    const target = fc
      .array(fc.oneof(scrap, fc.string({ minLength: 1, maxLength: 6 })), { maxLength: 6 })
      .map((scraps) => scraps.join("").replaceAll('"', "").replaceAll("\\", ""));
    const anyLine = fc.record({ method, target, slash: fc.boolean() });
    let sent = 0;
    const arrives = fc.asyncProperty(anyLine, async ({ method, target, slash }) => {
      const plan = planLine(logLine({ request: `${method} ${slash ? "/" : ""}${target} HTTP/1.1` }));
      if (plan.kind !== "request") return;
      sent++;
      const before = server.received.length;
      await sender.send({ ...plan.request, headers: headersOf(plan.request, head) });
      expect(server.received.slice(before)).toMatchObject([
        { method: plan.request.method, target: plan.request.target },
      ]);
    });
    await fc.assert(arrives, { numRuns: 600 });
    expect(sent).toBeGreaterThan(150);
  });
});

describe("the head of a request", () => {
  const requestOf = (line: string) => {
    const plan = planLine(line);
    if (plan.kind !== "request") throw new Error(JSON.stringify(plan));
    return plan.request;
  };

  test("names the visitor in the header that the site reads", () => {
    const four = requestOf(logLine({ ip: "198.51.100.7" }));
    const six = requestOf(logLine({ ip: "2001:DB8::7" }));
    expect(headersOf(four, head)).toMatchObject({ "x-forwarded-for": "198.51.100.7", host: "site.example" });
    expect(headersOf(six, head)).toMatchObject({ "x-forwarded-for": "2001:db8::7" });
    const rfc7239 = { ...head, forwardedHeader: "forwarded" } as const;
    expect(headersOf(four, rfc7239)).toMatchObject({ forwarded: "for=198.51.100.7" });
    expect(headersOf(six, rfc7239)).toMatchObject({ forwarded: 'for="[2001:db8::7]"' });
  });

  test("has the virtual host where the log tells one that is a host", () => {
    const line = logLine();
    expect(headersOf(requestOf(`shop.example:8080 ${line}`), head).host).toBe("shop.example:8080");
    expect(headersOf(requestOf(`a@b!c ${line}`), head).host).toBe("site.example");
  });

  test("leaves out what the log has not", () => {
    const headers = headersOf(requestOf(logLine({ userAgent: "-" })), head);
    expect(Object.keys(headers)).not.toContain("user-agent");
    expect(Object.keys(headers)).not.toContain("referer");
  });

  test("can be sent whatever the visitor wrote, in UTF-8 and bounded", async () => {
    const request = requestOf(logLine({ userAgent: `Ünï\\xe2\\x82\\xac\t${"x".repeat(20_000)}` }));
    const answer = await sender.send({ ...request, headers: headersOf(request, head) });
    const text = Buffer.from(server.received.at(-1)?.headers["user-agent"] ?? "", "latin1").toString("utf8");
    expect(answer).toEqual({ status: 200 });
    expect(text.startsWith("Ünï€\tx")).toBe(true);
    expect(text.length).toBeLessThanOrEqual(2048);
  });
});
