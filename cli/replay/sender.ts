import http, { type OutgoingHttpHeaders } from "node:http";
import https from "node:https";
import { CommandError } from "@/cli/failure";
import { messageOf } from "@/lib/errors";

export type OutgoingRequest = { method: string; target: string; headers: OutgoingHttpHeaders };

/** What became of a request: an answer, none although it was sent, or it could not be written as HTTP. */
export type Answer = { status: number } | { noAnswer: string } | { unsendable: string };
type Attempt = Answer | { refused: string };

export type SenderOptions = {
  url: URL;
  /** Connections at the same time. */
  concurrency: number;
  /** Milliseconds that a server may refuse connections, as while it starts anew. */
  refusedWaitMs?: number;
  answerWaitMs?: number;
};

/** Shorter than what servers keep idle connections for (Node.js: 5 s), so that none is used that is about to end. */
const IDLE_MS = 1500;
const RETRY_MS = 200;

/**
 * Sends requests as they are: the target is not normalised, and each goes out once. Only where no connection came about,
 * so that nothing can have been sent, it is tried again.
 */
export class Sender {
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;

  constructor(readonly options: SenderOptions) {
    const isTls = options.url.protocol === "https:";
    const pool = { keepAlive: true, maxSockets: options.concurrency, timeout: IDLE_MS };
    this.#agent = isTls ? new https.Agent(pool) : new http.Agent(pool);
    this.#request = isTls ? https.request : http.request;
  }

  /** @throws CommandError where nobody listens any more. */
  async send(outgoing: OutgoingRequest): Promise<Answer> {
    const until = Date.now() + (this.options.refusedWaitMs ?? 5000);
    for (;;) {
      const attempt = await this.#attempt(outgoing);
      if (!("refused" in attempt)) return attempt;
      if (Date.now() >= until) {
        throw new CommandError(
          `${this.options.url.origin} takes no connections any more (${attempt.refused}).`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #attempt({ method, target, headers }: OutgoingRequest): Promise<Attempt> {
    const { hostname, port } = this.options.url;
    const timeout = this.options.answerWaitMs ?? 60_000;
    return new Promise((resolve) => {
      let request: http.ClientRequest;
      try {
        // An IPv6 host stands in brackets in a URL, and without them here.
        const host = hostname.replace(/^\[|\]$/g, "");
        request = this.#request({ agent: this.#agent, host, port, method, path: target, headers, timeout });
      } catch (error) {
        return resolve({ unsendable: messageOf(error) });
      }
      request.on("response", (response) => {
        const answered = () => resolve({ status: response.statusCode ?? 0 });
        response.once("close", answered).on("error", answered).resume();
      });
      // The answer to CONNECT, whatever its status.
      request.on("connect", (response, socket) => {
        socket.destroy();
        resolve({ status: response.statusCode ?? 0 });
      });
      request.on("timeout", () => request.destroy(new Error(`nothing within ${timeout / 1000} s`)));
      request.on("error", (error) => resolve(failureOf(error)));
      request.end();
    });
  }
}

function failureOf(error: NodeJS.ErrnoException): Attempt {
  const reason = error.code ?? messageOf(error);
  const hasNoConnection =
    error.syscall === "connect" || error.syscall === "getaddrinfo" || reason === "ECONNREFUSED";
  return hasNoConnection ? { refused: reason } : { noAnswer: reason };
}
