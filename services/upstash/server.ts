import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { encodeOutcome } from "@/services/upstash/encoding";
import { Executor } from "@/services/upstash/executor";
import { BadRequest, parseCommand, parseCommands, parsePath } from "@/services/upstash/request";
import { type Store, StoreUnavailable } from "@/services/upstash/store";

/** Upstash allows requests of 10 MB. */
export const BODY_MAX_BYTES = 10 * 1024 * 1024;

const METHODS = ["GET", "HEAD", "POST", "PUT"];

type Answer = { status: number; body: unknown; close?: boolean };

class TooLarge extends Error {
  override readonly name = "TooLarge";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > BODY_MAX_BYTES) throw new TooLarge(`${declared} bytes`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new TooLarge(`more than ${BODY_MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function explain(error: unknown): Answer | undefined {
  if (error instanceof BadRequest) return { status: 400, body: { error: error.message } };
  if (error instanceof StoreUnavailable) return { status: 503, body: { error: error.message } };
  if (!(error instanceof TooLarge)) return undefined;
  const text = `ERR max request size exceeded. Limit: ${BODY_MAX_BYTES} bytes, Actual: ${error.message}`;
  // The rest of the body stays unread, so this connection cannot be used again.
  return { status: 413, body: { error: text }, close: true };
}

/**
 * Speaks the Upstash REST protocol over a store (https://upstash.com/docs/redis/features/restapi): one
 * command, a pipeline or a transaction a request, each with the bearer token. It does not listen yet.
 */
export function createUpstashServer(input: {
  store: Store;
  token: string;
  mayFlush: boolean;
  onError?: (error: unknown) => void;
}): Server {
  const executor = new Executor(input.store, input);
  const expected = digest(input.token);

  function isAuthorised(request: IncomingMessage, url: URL): boolean {
    const [, bearer] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
    return timingSafeEqual(digest(bearer ?? url.searchParams.get("_token") ?? ""), expected);
  }

  async function handle(request: IncomingMessage): Promise<Answer> {
    const url = new URL(`http://localhost${request.url ?? "/"}`);
    if (!isAuthorised(request, url)) {
      return { status: 401, body: { error: "WRONGPASS invalid or missing auth token" } };
    }
    if (!METHODS.includes(request.method ?? "")) {
      return { status: 405, body: { error: `ERR method ${request.method} is not allowed` } };
    }
    const body = await readBody(request);
    const base64 = request.headers["upstash-encoding"] === "base64";
    if (url.pathname === "/pipeline" || url.pathname === "/multi-exec") {
      const commands = parseCommands(body);
      const outcomes = await (url.pathname === "/pipeline"
        ? executor.run(commands)
        : executor.transaction(commands));
      if ("error" in outcomes) return { status: 400, body: outcomes };
      return { status: 200, body: outcomes.map((outcome) => encodeOutcome(outcome, base64)) };
    }
    const command = url.pathname === "/" ? parseCommand(body) : parsePath(url, body);
    const [outcome = { error: "ERR no answer" }] = await executor.run([command]);
    return { status: "error" in outcome ? 400 : 200, body: encodeOutcome(outcome, base64) };
  }

  const server = createServer(async (request, response) => {
    const answer = await handle(request).catch((error: unknown): Answer => {
      const known = explain(error);
      if (!known && !request.destroyed) input.onError?.(error);
      return known ?? { status: 500, body: { error: "ERR internal error" } };
    });
    const text = JSON.stringify(answer.body);
    response.writeHead(answer.status, {
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(text),
      ...(answer.close ? { Connection: "close" } : {}),
    });
    response.end(text);
  });
  // Clients keep connections open; closing one they are about to use costs them a failed request.
  server.keepAliveTimeout = 120_000;
  return server;
}
