import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { StartError } from "@/services/errors";

export type Ready = Record<string, unknown>;

export type PartOptions = {
  /** How the launcher's messages call it. */
  name: string;
  /** Its file, from the project's folder. */
  file: string;
  env: () => NodeJS.ProcessEnv;
  log: (line: string) => void;
  startTimeoutMs?: number;
  /** What reads TypeScript for it. */
  loader?: "tsx" | "tsx/esm";
};

const RESTART_MIN_MS = 200;
const RESTART_MAX_MS = 10_000;
/** Who lived longer than this, its start included, did not die of its start. */
const STABLE_MS = 10_000;

/**
 * A part of the one-machine edition in a process of its own, in a session of its own so that Ctrl-C reaches only the
 * launcher. A part that dies is started again, later each time while it goes on dying.
 */
export class Part {
  #child: ChildProcess | null = null;
  #stopping = false;
  #restartMs = RESTART_MIN_MS;

  constructor(readonly options: PartOptions) {}

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves with what the part tells when it is ready. @throws StartError with its own words when it cannot start. */
  start(): Promise<Ready> {
    const { name, file, env, log, startTimeoutMs = 60_000, loader = "tsx" } = this.options;
    const startedAt = Date.now();
    const child = fork(path.resolve(file), [], {
      execArgv: ["--import", loader],
      env: env(),
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        for (const line of text.split("\n")) if (line.trim()) log(line.trimEnd());
      });
    }
    return new Promise((resolve, reject) => {
      let isReady = false;
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(
          new StartError(
            `${name} did not become ready in ${startTimeoutMs / 1000} s.`,
            "Look at the lines above, or try again.",
          ),
        );
      }, startTimeoutMs);
      child.on("message", (message: Ready) => {
        if (message.type === "ready") {
          isReady = true;
          clearTimeout(timer);
          resolve(message);
        } else if (message.type === "failed" && !isReady) {
          reject(startErrorOf(name, message));
        }
      });
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        this.#child = null;
        if (!isReady)
          reject(
            new StartError(`${name} ended with ${signal ?? `code ${code}`}.`, "Look at the lines above."),
          );
        else if (!this.#stopping) this.#restart(Date.now() - startedAt, signal ?? `code ${code}`);
      });
    });
  }

  /** Asks the part to stop, and ends it where it does not within the time. */
  async stop(timeoutMs = 15_000): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (child.connected) child.send("stop");
    else child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    await ended;
    clearTimeout(timer);
  }

  #restart(livedMs: number, how: string): void {
    this.#restartMs = livedMs > STABLE_MS ? RESTART_MIN_MS : Math.min(this.#restartMs * 2, RESTART_MAX_MS);
    this.options.log(`${this.options.name} ended with ${how} and is started again.`);
    setTimeout(() => {
      if (this.#stopping) return;
      this.start().catch((error) => {
        this.options.log(error instanceof Error ? error.message : String(error));
        if (!this.#stopping && this.#child === null) this.#restart(0, "an error");
      });
    }, this.#restartMs);
  }
}

function startErrorOf(name: string, message: Ready): StartError {
  const text = typeof message.message === "string" ? message.message : "it did not say why.";
  const hint = typeof message.hint === "string" ? message.hint : "Look at the lines above.";
  if (message.code === "EADDRINUSE") {
    return new StartError(text, "Stop the program that uses it, or choose another: PORT=3001 npm start.");
  }
  return new StartError(`${name} cannot start: ${text}`, hint);
}
