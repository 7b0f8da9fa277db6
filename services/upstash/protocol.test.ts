import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stores } from "@/services/test/stores";
import { testUpstash } from "@/services/test/upstash";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe.each(stores)("the protocol over the $store store", ({ store, missing, note }) => {
  let endpoint: Awaited<ReturnType<typeof testUpstash>>;
  beforeAll(async () => {
    if (!missing) endpoint = await testUpstash({ store });
  });
  afterAll(() => endpoint?.stop());

  async function send(
    path: string,
    init: Omit<RequestInit, "body"> & { body?: unknown; anonymous?: boolean } = {},
  ) {
    const { body, anonymous, ...rest } = init;
    const response = await fetch(endpoint.url + path, {
      method: "POST",
      ...rest,
      headers: { ...(anonymous ? {} : { Authorization: `Bearer ${endpoint.token}` }), ...rest.headers },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  }
  const check = (name: string, body: () => Promise<void>) => test.skipIf(missing)(`${name}${note}`, body);

  check("every route wants the token, as a header or in the query", async () => {
    const refused = { status: 401, body: { error: expect.stringContaining("WRONGPASS") } };
    for (const path of ["/", "/pipeline", "/multi-exec", "/get/a", "/nowhere"]) {
      expect(await send(path, { anonymous: true, body: [] })).toEqual(refused);
      const headers = { Authorization: "Bearer wrong" };
      expect(await send(path, { anonymous: true, headers, body: [] })).toEqual(refused);
      expect(await send(`${path}?_token=wrong`, { anonymous: true, body: [] })).toEqual(refused);
    }
    const path = `/?_token=${endpoint.token}`;
    expect(await send(path, { anonymous: true, body: ["PING"] })).toEqual({
      status: 200,
      body: { result: "PONG" },
    });
  });

  check("a command in a path takes the body and the query as further arguments", async () => {
    expect(await send("/set/path/value%20%2F")).toEqual({ status: 200, body: { result: "OK" } });
    expect(await send("/get/path", { method: "GET" })).toEqual({ status: 200, body: { result: "value /" } });
    expect(await send("/set/path?EX=60", { body: '["any", "text"]' })).toMatchObject({
      body: { result: "OK" },
    });
    expect(await send(`/get/path?_token=${endpoint.token}`)).toMatchObject({
      body: { result: '["any", "text"]' },
    });
    expect(await send("/ttl/path")).toMatchObject({ body: { result: expect.any(Number) } });
    expect((await send("/ttl/path")).body).not.toEqual({ result: -1 });
    expect((await send("/get/%E0%A4%A")).status).toBe(400);
  });

  check("with Upstash-Encoding every text is base64 except a plain OK", async () => {
    const headers = { "Upstash-Encoding": "base64" };
    const one = async (...body: unknown[]) => (await send("/", { headers, body })).body;
    expect(await one("SET", "e", "grüße")).toEqual({ result: "OK" });
    expect(await one("GET", "e")).toEqual({ result: base64("grüße") });
    expect(await one("GET", "none")).toEqual({ result: null });
    expect(await one("RPUSH", "el", "OK", 1, true)).toEqual({ result: 3 });
    expect(await one("LRANGE", "el", 0, -1)).toEqual({ result: [base64("OK"), base64("1"), base64("true")] });
    expect(await one("MGET", "e", "none")).toEqual({ result: [base64("grüße"), null] });
    const pipeline = { headers, body: [["GET", "e"], ["NOSUCHCOMMAND"], ["LLEN", "el"]] };
    expect(await send("/pipeline", pipeline)).toEqual({
      status: 200,
      body: [{ result: base64("grüße") }, { error: expect.stringMatching(/^ERR /) }, { result: 3 }],
    });
  });

  check("what is no command is answered with 400 and a reason", async () => {
    for (const body of ["", "{", "[]", "{}", "7", '["GET", null]', '["GET", {"a": 1}]', "[[]]"]) {
      const answer = await send("/", { body });
      expect([body, answer.status]).toEqual([body, 400]);
      expect(answer.body).toEqual({ error: expect.stringMatching(/^ERR /) });
    }
    for (const path of ["/pipeline", "/multi-exec"]) {
      for (const body of ["[]", '["GET", "a"]', '[["GET", null]]', "[[]]", "null"]) {
        expect([path, body, (await send(path, { body })).status]).toEqual([path, body, 400]);
      }
    }
    expect(await send("/", { body: ["GET", null] })).toMatchObject({
      body: { error: "ERR null args are not supported" },
    });
    expect(await send("/", { body: ["LPUSH", "only-a-key"] })).toMatchObject({ status: 400 });
    expect((await send("/get/a", { method: "DELETE" })).status).toBe(405);
  });

  check("commands that would harm the others are refused and say why", async () => {
    const refused =
      "SUBSCRIBE MONITOR BLPOP SELECT SHUTDOWN CONFIG MULTI EXEC WATCH CLIENT quit debug Script";
    for (const name of refused.split(" ")) {
      const answer = await send("/", { body: [name, "KILL"] });
      expect([name, answer.status]).toEqual([name, 400]);
      expect(answer.body).toEqual({ error: expect.stringContaining("not available") });
    }
    expect(await send("/", { body: ["XREAD", "BLOCK", 0, "STREAMS", "s", "$"] })).toMatchObject({
      status: 400,
    });
    expect(await send("/", { body: ["constructor"] })).toMatchObject({ status: 400 });
    expect(await send("/", { body: ["disconnect"] })).toMatchObject({ status: 400 });
    expect(await send("/", { body: ["PING"] })).toEqual({ status: 200, body: { result: "PONG" } });
  });

  check("a transaction runs whole or, with a refused command in it, not at all", async () => {
    expect(
      await send("/multi-exec", {
        body: [
          ["INCR", "t"],
          ["SET", "u", "1"],
          ["GET", "u"],
        ],
      }),
    ).toEqual({
      status: 200,
      body: [{ result: 1 }, { result: "OK" }, { result: "1" }],
    });
    const body = [["INCR", "t"], ["SHUTDOWN"]];
    expect(await send("/multi-exec", { body })).toEqual({
      status: 400,
      body: { error: expect.stringContaining("EXECABORT") },
    });
    expect(await send("/get/t")).toMatchObject({ body: { result: "1" } });
    const failing = [
      ["INCR", "t"],
      ["LPUSH", "u", "x"],
      ["GET", "t"],
    ];
    expect(await send("/multi-exec", { body: failing })).toEqual({
      status: 200,
      body: [{ result: 2 }, { error: expect.any(String) }, { result: "2" }],
    });
  });

  check("ten megabytes go through, more is answered with 413", async () => {
    const large = "x".repeat(10 * 1024 * 1024 - 100);
    expect(await send("/", { body: ["SET", "large", large] })).toEqual({
      status: 200,
      body: { result: "OK" },
    });
    expect(await send("/strlen/large")).toMatchObject({ body: { result: large.length } });
    await send("/del/large");
    const answer = await send("/", { body: ["SET", "large", `${large}${"x".repeat(200)}`] });
    expect(answer).toEqual({
      status: 413,
      body: { error: expect.stringContaining("max request size exceeded") },
    });
    expect(await send("/exists/large")).toMatchObject({ body: { result: 0 } });
  });

  check("a body without a length is cut off at the limit, too", async () => {
    const status = await new Promise((resolve) => {
      const headers = { Authorization: `Bearer ${endpoint.token}` };
      const upload = request(endpoint.url, { method: "POST", headers }, (response) => {
        resolve(response.statusCode);
        response.resume();
      });
      upload.on("error", () => resolve("cut"));
      for (let i = 0; i < 11; i++) upload.write("x".repeat(1024 * 1024));
    });
    expect([413, "cut"]).toContain(status);
    expect(await send("/ping")).toMatchObject({ status: 200 });
  });
});
