import { readFileSync } from "node:fs";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { Socket } from "node:net";
import path from "node:path";
import next from "next";
import { readEnv, required } from "@/lib/env";
import { messageOf } from "@/lib/errors";
import { answerAsk, isAsk } from "@/lib/guard/ask";
import { Door, type DoorRequest } from "@/lib/guard/door";
import { DOOR_BUILD, standBeforeNext } from "@/lib/guard/door-build";
import { faultAnswer, faultOfPageCall, isPageCall, type PageCall } from "@/lib/guard/page-call";
import { refusalOf } from "@/lib/guard/refusal";
import { REPLAY_HEADER, readReplayMark } from "@/lib/guard/replay-mark";
import { headerReader, withoutForged } from "@/lib/guard/request-headers";
import { DATA_POLICY, POLICY_HEADER, securityHeaders } from "@/lib/guard/security-headers";
import { VISIT_MARK_HEADER } from "@/lib/guard/visit-mark";
import { hasSecureCookies } from "@/lib/session-cookie";

const SHUTDOWN_MS = 3000;
const isDev = process.env.GATEHOUSE_DEV === "1";
const port = Number(process.env.PORT ?? 3000);
const hostname = process.env.HOST ?? "127.0.0.1";

const env = readEnv();
const secret = required(env, "NEXTAUTH_SECRET");
const door = new Door("node", env);
const security = securityHeaders({ isHttps: hasSecureCookies(env), isDev });
if (!isDev && hasDoorBuild()) standBeforeNext();
const server = createServer((request, response) => {
  serve(request, response).catch((error) => fail(response, error));
});
// Next.js takes upgrades of the server that it is given. Only hot reload needs them: in production they are requests
// like all others, which nobody gets past the guard by a header.
const app = next({
  dev: isDev,
  dir: process.cwd(),
  hostname,
  port,
  httpServer: isDev ? server : createServer(),
});
const handle = app.getRequestHandler();

/** The Node door: it knows the socket, refuses before Next.js is asked, and sees how each request ends. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const peer = request.socket.remoteAddress ?? "";
  const seen: DoorRequest = {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: headerReader(request.headers),
    peer,
  };
  seen.at = readReplayMark(seen.headers.get(REPLAY_HEADER), secret) ?? undefined;
  if (isAsk(seen.target) && door.isPeerTrusted(peer)) return send(response, await answerAsk(door, seen));

  const decided = door.decide(seen);
  // Waiting for what is there already would cost a refusal a tenth of its time.
  const decision = decided instanceof Promise ? await decided : decided;
  const record = (status: number | null) => {
    void door.record(decision, { status, durationMs: Math.round(performance.now() - startedAt) });
  };
  if (decision.verdict.action !== "allow") {
    const refusal = refusalOf(decision.verdict, decision.visit.id, seen.headers.get("accept"));
    record(refusal.status);
    Object.assign(refusal.headers, security.own);
    return send(response, refusal);
  }
  const oddity = statusOfOddity(seen);
  if (oddity) {
    record(oddity);
    return send(response, { status: oddity, headers: quiet(decision.visit.id), body: "" });
  }
  const call = pageCallOf(request, seen);
  const fault = isPageCall(call) ? await faultOfPageCall(call) : null;
  if (fault) {
    record(fault.status);
    const answer = faultAnswer(fault);
    Object.assign(answer.headers, security.own, { "x-request-id": decision.visit.id });
    return send(response, answer);
  }
  // What a handler has left of a body is thrown away, as Node.js does where none has begun to read it: the connection
  // would be stuck with it.
  response.once(
    "finish",
    () => request.complete || request.removeAllListeners("data").removeAllListeners("readable").resume(),
  );
  response.once("close", () => record(response.headersSent ? response.statusCode : null));
  const policy = security.policyFor(seen.target);
  const headers = withoutForged(request.headers, door.isPeerTrusted(peer));
  headers[VISIT_MARK_HEADER] = door.mark(decision);
  headers[POLICY_HEADER] = policy;
  // What the visitor sent stays as it is, for the record of the visit.
  request.headers = headers;
  const fixed = { ...security.common, [POLICY_HEADER]: policy, "x-request-id": decision.visit.id };
  for (const [name, value] of Object.entries(fixed)) response.setHeader(name, value);
  await handle(request, response);
}

/** Whether there is a build without middleware, of the same time as the one that has it. */
function hasDoorBuild(): boolean {
  try {
    const [own, other] = [".next", DOOR_BUILD].map((folder) =>
      readFileSync(path.join(folder, "BUILD_ID"), "utf8"),
    );
    return own === other;
  } catch {
    return false;
  }
}

function pageCallOf(request: IncomingMessage, { method, target, headers }: DoorRequest): PageCall {
  return {
    method,
    url: target.startsWith("/") ? `http://door${target}` : target,
    headers: { get: headers.get, has: (name) => headers.get(name) !== null },
    arrayBuffer: () => bodyOf(request),
  };
}

/** Reads as much of a body as it says it has, and puts it back for Next.js; less where the visitor hangs up. */
async function bodyOf(request: IncomingMessage): Promise<ArrayBuffer> {
  const length = Number(request.headers["content-length"]);
  const chunks: Buffer[] = [];
  for (let have = 0; have < length && !request.destroyed; ) {
    const chunk: Buffer | null = request.read();
    if (chunk) chunks.push(chunk);
    else await moreOf(request);
    have += chunk?.length ?? 0;
  }
  const body = Buffer.concat(chunks);
  if (!request.destroyed) request.unshift(body);
  return new Uint8Array(body).buffer;
}

function moreOf(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      request.off("readable", wake).off("close", wake);
      resolve();
    };
    request.on("readable", wake).on("close", wake);
  });
}

/** The headers of an answer that is no page, with the visit's reference where there is one. */
function quiet(reference: string | null): Record<string, string> {
  const headers = { ...security.common, [POLICY_HEADER]: DATA_POLICY };
  return reference ? { ...headers, "x-request-id": reference } : headers;
}

/** The status of a request that Next.js would fail on: a method that it does not know, a target that is no address. */
function statusOfOddity({ method, target }: DoorRequest): 400 | 405 | null {
  if (method === "TRACE" || method === "TRACK") return 405;
  return target.startsWith("/") || URL.canParse(target) ? null : 400;
}

/** Sends an answer that was made for this request alone. */
function send(
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: Record<string, string>; body: string },
) {
  headers["content-length"] = String(Buffer.byteLength(body));
  response.writeHead(status, headers);
  response.end(body);
}

function fail(response: ServerResponse, error: unknown): void {
  console.error(`A request could not be served: ${messageOf(error)}`);
  if (!response.headersSent) response.writeHead(500, { ...quiet(null), "content-type": "application/json" });
  response.end(response.headersSent ? undefined : '{"error":"Something went wrong. Please try again."}');
}

/** A tunnel through us is never given; who asks for one is recorded like every other visitor. */
server.on("connect", (request: IncomingMessage, socket: Socket) => {
  // A peer that hangs up at once must not end this process.
  socket.on("error", () => socket.destroy());
  recordTunnel(request, socket)
    .catch((error) => console.error(`A request could not be recorded: ${messageOf(error)}`))
    .finally(() => socket.end(closingAnswer(405)));
});

async function recordTunnel(request: IncomingMessage, socket: Socket): Promise<void> {
  const headers = headerReader(request.headers);
  const seen = { method: "CONNECT", target: request.url ?? "", headers, peer: socket.remoteAddress ?? "" };
  void door.record(await door.decide(seen), { status: 405, durationMs: 0 });
}

/** What is no HTTP, or has a head that is too large, is answered by us and not by Node's own bare words. */
server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
  if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
  else socket.end(closingAnswer(error.code === "HPE_HEADER_OVERFLOW" ? 431 : 400));
});

function closingAnswer(status: 400 | 405 | 431): string {
  const fields = { ...quiet(null), "content-length": "0", connection: "close" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`;
}

async function stop(listening: Server): Promise<void> {
  const closed = new Promise((resolve) => listening.close(resolve));
  listening.closeIdleConnections();
  const forced = setTimeout(() => listening.closeAllConnections(), SHUTDOWN_MS);
  await closed;
  clearTimeout(forced);
  await door.events.flush();
}

let stopping = false;
function onStop(): void {
  if (stopping) return;
  stopping = true;
  stop(server)
    .catch((error) => console.error(`Not stopped cleanly: ${messageOf(error)}`))
    .finally(() => process.exit(0));
}
process.on("message", (message) => {
  if (message === "stop") onStop();
});
process.on("SIGTERM", onStop);
process.on("SIGINT", onStop);
// The launcher is gone, killed perhaps: nobody is left who would stop us.
process.on("disconnect", onStop);

server.on("error", (error: NodeJS.ErrnoException) => {
  process.send?.({ type: "failed", code: error.code ?? "", message: error.message });
  console.error(error.code === "EADDRINUSE" ? `Port ${port} is in use.` : messageOf(error));
  process.exitCode = 1;
  process.disconnect?.();
  setTimeout(() => process.exit(1), 100).unref();
});

await app.prepare();
server.listen(port, hostname, () => process.send?.({ type: "ready", port }));
