import type { Sql, TransactionSql } from "postgres";

type Work = (sql: TransactionSql) => unknown;
/** Whether `begin` has answered: it does so at once when its connection is lost. */
type State = { isOver: boolean };

const LOST = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  // The server says that it stops, was stopped, or is not up yet.
  "57P01",
  "57P02",
  "57P03",
]);

/**
 * Whether an error only says that a connection to PostgreSQL is lost. The driver rejects for nobody when that happens
 * while it reads the types of a new connection; who asked something is told besides, and asks again.
 */
export function isLostConnection(error: unknown): boolean {
  return error instanceof Error && "code" in error && LOST.has(String(error.code));
}

const never = () => new Promise<never>(() => {});
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Keeps a transaction from writing to a connection that is lost. The driver (postgres 3.4.9, issues 1154 and 1208)
 * would send the rollback, and all that the work still asks, to a socket that is gone: an exception that nobody can
 * catch ends the process.
 */
export function guardTransactions(client: Sql): void {
  const begin: (options: string, work: Work) => Promise<unknown> = client.begin.bind(client);
  const guarded = async (...args: [string, Work] | [Work]): Promise<unknown> => {
    const [options, work] = args.length === 2 ? args : (["", args[0]] as const);
    const state: State = { isOver: false };
    try {
      return await begin(options, (sql) => whileConnected(state, () => work(guard(sql, state))));
    } finally {
      state.isOver = true;
    }
  };
  Object.assign(client, { begin: guarded });
}

/** Runs the work. Where the connection is lost it never ends: who waits for the transaction has been answered. */
async function whileConnected(state: State, work: () => unknown): Promise<unknown> {
  try {
    const result = await work();
    return state.isOver ? await never() : result;
  } catch (error) {
    // The loss is told a moment after the query that failed of it.
    await turn();
    await turn();
    if (state.isOver) await never();
    throw error;
  }
}

/** The same transaction, which refuses every query after its end. */
function guard(sql: TransactionSql, state: State): TransactionSql {
  const check = () => {
    if (state.isOver)
      throw Object.assign(new Error("The transaction's connection is lost."), { code: "CONNECTION_CLOSED" });
  };
  return new Proxy(sql, {
    apply(target, self, args) {
      check();
      return Reflect.apply(target, self, args);
    },
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        check();
        return Reflect.apply(value, target, name === "savepoint" ? args.map(guardWork) : args);
      };
    },
  });

  function guardWork(part: unknown): unknown {
    if (typeof part !== "function") return part;
    return (nested: TransactionSql) => whileConnected(state, () => part(guard(nested, state)));
  }
}
