import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the stand-in was asked. */
export type Asked = { method: string; path: string; headers: Record<string, unknown>; body: unknown };

export type FakeInngest = { url: string; asked: Asked[]; stop(): Promise<void> };

/**
 * A stand-in at the border: it takes the place of Inngest's API on the loopback, notes what the SDK sends there (events,
 * registrations) and answers as the API does. It runs nothing.
 */
export async function fakeInngest(): Promise<FakeInngest> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const path = request.url ?? "/";
    asked.push({
      method: request.method ?? "",
      path,
      headers: request.headers,
      body: text && JSON.parse(text),
    });
    const answer = path.startsWith("/e/")
      ? { ids: ["01HSTANDINEVENT"], status: 200 }
      : { status: 200, ok: true, modified: true };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A call as Inngest makes it: the body in canonical JSON, and the headers with its signature. */
export function signed(value: unknown, signingKey: string, at = Date.now()) {
  const body = value === null ? "" : canonical(value);
  const seconds = Math.floor(at / 1000);
  const key = signingKey.replace(/^signkey-\w+-/, "");
  const mac = createHmac("sha256", key).update(body).update(String(seconds)).digest("hex");
  return {
    headers: { "content-type": "application/json", "x-inngest-signature": `t=${seconds}&s=${mac}` },
    ...(body === "" ? {} : { body }),
  };
}

/** JSON with the names of every object in order (RFC 8785), which is what is signed. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
