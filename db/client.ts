import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { guardTransactions } from "@/db/lost-connection";
import { hideQueryValues } from "@/db/query-errors";
import * as schema from "@/db/schema";
import { readEnv, required } from "@/lib/env";

export type Database = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];
/** What a query function takes: the database, or the transaction it is part of. */
export type Querier = Database | Transaction;

/**
 * Enough for all jobs at once: each of the five holds up to three connections (its lock, the lock of detection, a
 * transaction), and the two that detect a fourth (the lock of blocking), while it asks for one more. With fewer they
 * could wait for each other forever.
 */
const CONNECTIONS_MAX = 18;

export type OpenOptions = {
  connectionsMax?: number;
  applicationName?: string;
  /** Told of every connection that is closed. */
  onClose?: () => void;
};

hideQueryValues();

/** Opens a pool of its own; who opens it ends it by `db.$client.end()`. No connection is made before the first query. */
export function openDatabase(url: string, options: OpenOptions = {}): Database {
  const client = postgres(url, {
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    onclose: options.onClose,
    connection: { application_name: options.applicationName ?? "gatehouse", TimeZone: "UTC" },
  });
  guardTransactions(client);
  return drizzle(client, { schema });
}

// Kept on globalThis, because hot reload evaluates this module again and would leave a pool behind each time.
const shared = globalThis as { gatehouseDatabase?: Database };

/**
 * The pool of this process, to `DATABASE_URL`; ask for it each time. One that has lost a connection is left to what is
 * under way and replaced: the driver may keep such a connection, dead, for a minute (LanternOps/breeze issue 3214).
 */
export function database(): Database {
  if (!shared.gatehouseDatabase) {
    const opened: Database = openDatabase(required(readEnv(), "DATABASE_URL"), {
      onClose: () => {
        if (shared.gatehouseDatabase === opened) delete shared.gatehouseDatabase;
      },
    });
    shared.gatehouseDatabase = opened;
  }
  return shared.gatehouseDatabase;
}

/** SQLSTATE of a failed query: Drizzle wraps the driver's error, so that the code is on its cause. */
export function sqlState(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") return at.code;
  }
  return null;
}
