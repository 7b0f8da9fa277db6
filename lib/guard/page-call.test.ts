import { describe, expect, test } from "vitest";
import { CALL_BYTES_MAX, faultOfPageCall, isPageCall } from "@/lib/guard/page-call";

const URL_OF = "http://gate.example/blocked";
const BOUNDARY = "----walk";
const field = (name: string, value: string) =>
  `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const form = (...fields: string[]) => `${fields.join("")}--${BOUNDARY}--\r\n`;

function call(body: string, headers: Record<string, string> = {}, method = "POST"): Request {
  const given = {
    host: "gate.example",
    origin: "http://gate.example",
    "next-action": "40",
    "content-type": "text/plain;charset=UTF-8",
    "content-length": String(new TextEncoder().encode(body).length),
    ...headers,
  };
  const kept = Object.entries(given).filter(([, value]) => value !== "");
  return new Request(URL_OF, { method, body, headers: kept });
}
const statusOf = async (request: Request) => (await faultOfPageCall(request))?.status ?? null;
const multipart = { "content-type": `multipart/form-data; boundary=${BOUNDARY}` };

describe("a call of a page's action", () => {
  test("is what is neither read nor for a handler", () => {
    expect(isPageCall(call("[]"))).toBe(true);
    expect(isPageCall(new Request("http://gate.example/blocked/", { method: "PUT" }))).toBe(true);
    expect(isPageCall(new Request(URL_OF))).toBe(false);
    expect(isPageCall(new Request("http://gate.example/api/health", { method: "POST" }))).toBe(false);
  });

  test("passes as React itself writes it", async () => {
    // What Next.js brings has no types of its own.
    const path = "next/dist/compiled/react-server-dom-turbopack/client.node";
    const { encodeReply }: { encodeReply: (args: unknown[]) => Promise<string | FormData> } = await import(
      path
    );
    const rule = new FormData();
    rule.set("reason", "$5 too much");
    rule.set("target", "192.0.2.7");
    const lists = [
      [],
      [7],
      ["203.0.113.0/24", "0".repeat(32)],
      [rule],
      [[{ id: 1, status: "open" }], true],
      [{ thresholds: { a: null, b: ["/admin/"], c: Number.NaN }, modes: {} }, undefined],
    ];
    for (const list of lists) {
      const body = await encodeReply(list);
      const written = new Request(URL_OF, { method: "POST", body });
      const bytes = await written.clone().arrayBuffer();
      const headers = {
        host: "gate.example",
        "next-action": "40",
        "content-type": written.headers.get("content-type") ?? "",
        "content-length": String(bytes.byteLength),
      };
      expect(
        await statusOf(new Request(URL_OF, { method: "POST", body: bytes, headers })),
        String(body),
      ).toBeNull();
    }
  });

  test("is every multipart form that no handler reads, which Next.js takes for one", async () => {
    for (const [path, status] of [
      ["/nothing", 404],
      ["/api/nothing", 404],
      ["/blocked", 405],
      ["/api/auth/callback/credentials", null],
      ["/ip-tracking/login/", null],
    ] as const) {
      const request = new Request(`http://gate.example${path}`, {
        method: "POST",
        body: "--",
        headers: multipart,
      });
      expect(isPageCall(request)).toBe(true);
      expect(await statusOf(request), path).toBe(status);
    }
  });

  test("of the page of a failure finds nothing there, by whatever method", async () => {
    for (const method of ["GET", "POST"]) {
      const request = new Request("http://gate.example/_global-error/", { method });
      expect(isPageCall(request)).toBe(true);
      expect(await statusOf(request)).toBe(404);
    }
  });

  test.each([
    ["a list of plain values", '[1,"text",{"a":[null,true]}]', {}],
    ["values that have no JSON", '["$undefined","$D2027-03-01T18:00:00.000Z","$$5"]', {}],
    ["a form", form(field("_1_reason", "$5 too much"), field("0", '["$K1"]')), multipart],
    ["no origin, as of a program", "[]", { origin: "" }],
    ["the host that a proxy tells", "[]", { host: "10.0.0.1", "x-forwarded-host": "gate.example" }],
  ])("passes with %s", async (_name, body, headers) => {
    expect(await statusOf(call(body, headers))).toBeNull();
  });

  test.each([
    ["another origin", 403, "[]", { origin: "https://evil.example" }],
    ["an origin that is hidden", 403, "[]", { origin: "null" }],
    ["an origin that is none", 403, "[]", { origin: "gate.example" }],
    ["another site, as the browser says", 403, "[]", { origin: "", "sec-fetch-site": "cross-site" }],
    ["no action", 405, "[]", { "next-action": "" }],
    ["a body of unknown length", 411, "[]", { "content-length": "" }],
    ["a body that is too large", 413, "[]", { "content-length": String(CALL_BYTES_MAX + 1) }],
    ["another type", 415, "[]", { "content-type": "application/json" }],
    ["half a list", 400, "[1", {}],
    ["no list", 400, '{"0":1}', {}],
    ["a reference to nowhere", 400, '["$1:constructor"]', {}],
    ["a reference to code of the server", 400, '["$F1"]', {}],
    ["a date that is none", 400, '["$Dnever"]', {}],
    ["more arguments than any action has", 400, JSON.stringify(Array(17).fill(0)), {}],
    ["levels without end", 400, "[".repeat(9000) + "]".repeat(9000), {}],
    ["half a form", 400, "--nothing", multipart],
    ["a form without its list", 400, form(field("_1_a", "b")), multipart],
    ["a form with other fields", 400, form(field("$ACTION_ID_1", ""), field("0", "[]")), multipart],
    ["no boundary", 400, form(field("0", "[]")), { "content-type": "multipart/form-data; a=b" }],
  ])("with %s is answered %i", async (_name, status, body, headers) => {
    expect(await statusOf(call(body, headers))).toBe(status);
  });
});
