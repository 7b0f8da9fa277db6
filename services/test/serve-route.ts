import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { NextRequest } from "next/server";
import { VISIT_MARK_HEADER, writeVisitMark } from "@/lib/guard/visit-mark";

type Handler = (request: NextRequest, context: unknown) => Promise<Response>;
type Route = Partial<Record<"GET" | "POST" | "PUT", Handler>>;

/** Serves a route's own handlers by HTTP on a free port of the loopback, as if behind the door that knows the peer. */
export async function serveRoute(
  route: Route,
  path: string,
  secret: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    const handler = route[incoming.method as keyof Route];
    const answer = handler ? toRequest(incoming, secret).then((request) => handler(request, {})) : null;
    (answer ?? Promise.resolve(new Response(null, { status: 405 })))
      .catch((error) => new Response(String(error), { status: 500 }))
      .then(async (response) => {
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function toRequest(incoming: IncomingMessage, secret: string): Promise<NextRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const mark = {
    requestId: "0190a000-0000-7000-8000-000000000001",
    target: "/",
    ip: "127.0.0.1",
    policy: null,
    limits: [],
  };
  headers.set(VISIT_MARK_HEADER, writeVisitMark(mark, secret));
  const body = Buffer.concat(chunks);
  return new NextRequest(new URL(incoming.url ?? "/", `http://${incoming.headers.host}`), {
    method: incoming.method ?? "GET",
    headers,
    ...(body.length > 0 ? { body } : {}),
  });
}
