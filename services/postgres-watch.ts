import { messageOf } from "@/lib/errors";
import { isPortFree } from "@/services/ports";
import { type Postgres, type PostgresOptions, startPostgres } from "@/services/postgres";

const LOOK_MS = 1000;

/**
 * Keeps the embedded PostgreSQL running: where nobody listens on its port any more, it is started again on the same one,
 * so that everybody who knows its address finds it again.
 */
export class PostgresWatch {
  #postgres: Postgres | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  #isFailing = false;

  constructor(readonly options: PostgresOptions & { log: (line: string) => void }) {}

  async start(): Promise<Postgres> {
    const postgres = await startPostgres(this.options);
    this.#postgres = postgres;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look(postgres.port).finally(() => {
        this.#looking = null;
      });
    }, LOOK_MS);
    return postgres;
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#looking;
    await this.#postgres?.stop();
  }

  async #look(port: number): Promise<void> {
    if (!(await isPortFree(port))) return;
    const { log } = this.options;
    if (!this.#isFailing) log("PostgreSQL has ended and is started again.");
    try {
      this.#postgres = await startPostgres({ ...this.options, port });
      this.#isFailing = false;
      log("PostgreSQL runs again.");
    } catch (error) {
      if (!this.#isFailing) log(`PostgreSQL does not start: ${messageOf(error)} It is tried again.`);
      this.#isFailing = true;
    }
  }
}
