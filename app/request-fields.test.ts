import { expect, test } from "vitest";
import { readFields } from "@/app/request-fields";

const post = (body: BodyInit, type?: string) =>
  new Request("http://localhost/", {
    method: "POST",
    body,
    ...(type ? { headers: { "content-type": type } } : {}),
  });

test("fields are read from JSON and from both kinds of form", async () => {
  const form = new FormData();
  form.set("ip", "192.0.2.1");
  const bodies = [
    post('{"ip":"192.0.2.1"}', "application/json; charset=utf-8"),
    post("ip=192.0.2.1", "Application/X-WWW-Form-URLencoded"),
    post(form),
  ];
  for (const request of bodies) {
    expect(await readFields(request)).toMatchObject({ ok: true, fields: { ip: "192.0.2.1" } });
  }
});

test("a field that is named like a part of every object stays a field", async () => {
  const result = await readFields(post('{"__proto__":{"admin":true}}', "application/json"));
  expect(result).toMatchObject({ ok: true });
  expect(Object.hasOwn({}, "admin")).toBe(false);
});

test.each([
  ["no JSON", '{"ip"', "application/json", 400],
  ["nothing", "", "application/json", 400],
  ["a list", "[]", "application/json", 400],
  ["null", "null", "application/json", 400],
  ["bytes that are no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "application/json", 400],
  ["a multipart form without its boundary", "x", "multipart/form-data", 400],
  ["a type that is none of ours", "<ip/>", "text/xml", 415],
  ["8193 bytes", `{"a":"${"x".repeat(8185)}"}`, "application/json", 413],
])("%s is refused", async (_name, body, type, status) => {
  expect(await readFields(post(body, type))).toMatchObject({ ok: false, status });
});

test("8192 bytes are read", async () => {
  expect(await readFields(post(`{"a":"${"x".repeat(8184)}"}`, "application/json"))).toMatchObject({
    ok: true,
  });
});

test("a body without a type is refused", async () => {
  expect(await readFields(post(new Uint8Array([123, 125])))).toMatchObject({ ok: false, status: 415 });
});

test("of a body without end no more is read than needed", async () => {
  let pulled = 0;
  const body = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(1024));
      if (pulled === 1000) controller.close();
    },
  });
  const init = { method: "POST", body, headers: { "content-type": "application/json" }, duplex: "half" };
  expect(await readFields(new Request("http://localhost/", init))).toMatchObject({ ok: false, status: 413 });
  expect(pulled).toBeLessThan(20);
});
