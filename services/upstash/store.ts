/** A Redis command: its name and its arguments, all of them text. */
export type Command = [name: string, ...values: string[]];

/** What Redis answered. Text arrives as bytes, so that binary values survive. */
export type Reply = null | number | Buffer | Reply[];

export type Outcome = { result: Reply } | { error: string };

export type StoreKind = "redis-url" | "redis-server" | "valkey-server" | "memory";

/** Where the commands of the Upstash endpoint are carried out. */
export interface Store {
  readonly kind: StoreKind;
  /** One line for the user: what it is and where its data lies. */
  readonly describe: string;
  /** Runs commands in order; one that fails does not keep the next from running. */
  run(commands: Command[]): Promise<Outcome[]>;
  /** Runs commands with no other command in between. An `error` alone means that none of them ran. */
  transaction(commands: Command[]): Promise<Outcome[] | { error: string }>;
  stop(): Promise<void>;
}

/** The store below is down or does not answer: nobody knows whether the commands ran. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
