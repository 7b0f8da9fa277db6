import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export type Received = {
  method: string;
  target: string;
  headers: IncomingMessage["headers"];
  /** Milliseconds since the server began to listen. */
  afterMs: number;
};

/** A server on loopback that remembers what came, and answers 200 where nothing else is given. Call `stop` at the end. */
export async function recordingServer(answer: RequestListener = (_, response) => response.end("ok")) {
  const received: Received[] = [];
  let connections = 0;
  const startedAt = performance.now();
  const note = ({ method = "", url = "", headers }: IncomingMessage) => {
    received.push({ method, target: url, headers, afterMs: performance.now() - startedAt });
  };
  const server = createServer((request, response) => {
    note(request);
    answer(request, response);
  });
  server.on("connection", () => connections++);
  server.on("connect", (request, socket) => {
    note(request);
    socket.end("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    received,
    connections: () => connections,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type LineParts = { ip?: string; at?: string; request?: string; referrer?: string; userAgent?: string };

/** A line of a log in the combined format. */
export function logLine({
  ip = "192.0.2.1",
  at = "10/Mar/2026:12:00:00 +0000",
  request = "GET / HTTP/1.1",
  referrer = "-",
  userAgent = "curl/8.5.0",
}: LineParts = {}): string {
  return `${ip} - - [${at}] "${request}" 200 512 "${referrer}" "${userAgent}"`;
}
