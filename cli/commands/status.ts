import type { Command } from "commander";
import { commandStore, withGatehouse } from "@/cli/environment";
import { CommandError } from "@/cli/failure";
import { formatPairs } from "@/cli/table";
import type { EventStats } from "@/lib/events/store";
import { formatCount, formatPlural, formatRelative } from "@/lib/format";
import type { Publication } from "@/lib/guard/rule-set-codec";

const DATABASE_WAIT_MS = 3000;

type StoreState = { stats: EventStats; publication: Publication | null };

export function registerStatus(program: Command): void {
  program
    .command("status")
    .description("say what runs, what waits and what is published")
    .option("--json", "as JSON")
    .action(showStatus);
}

async function showStatus({ json }: { json?: boolean }): Promise<void> {
  await withGatehouse(async (db) => {
    const [{ databaseAnswers }, { readRuntime }] = await Promise.all([
      import("@/db/health"),
      import("@/services/runtime"),
    ]);
    const [isDatabaseUp, store] = await Promise.all([databaseAnswers(db, DATABASE_WAIT_MS), readStore()]);
    const running = readRuntime();
    if (json) {
      const state = typeof store === "string" ? { edgeStore: store } : { edgeStore: "answers", ...store };
      const url = running?.url ?? null;
      console.log(
        JSON.stringify({ url, pid: running?.pid ?? null, database: isDatabaseUp, ...state }, null, 2),
      );
    } else {
      const pairs = [
        [
          "Gatehouse",
          running ? `${running.url} (process ${running.pid})` : "not run from this folder",
        ] as const,
        ["Database", isDatabaseUp ? "answers" : "does not answer"] as const,
        ...storePairs(store, new Date()),
      ];
      console.log(formatPairs(pairs).join("\n"));
    }
    if (!isDatabaseUp || typeof store === "string") throw new CommandError("", 1);
  });
}

/** What the edge store knows, or why it does not say. */
async function readStore(): Promise<StoreState | string> {
  const [{ EventStore }, { readPublication }, { messageOf }] = await Promise.all([
    import("@/lib/events/store"),
    import("@/lib/guard/rule-set-store"),
    import("@/lib/errors"),
  ]);
  try {
    const redis = await commandStore();
    const [stats, publication] = await Promise.all([new EventStore(redis).stats(), readPublication(redis)]);
    return { stats, publication };
  } catch (error) {
    return messageOf(error);
  }
}

function storePairs(store: StoreState | string, now: Date): (readonly [string, string])[] {
  if (typeof store === "string") return [["Edge store", `does not answer (${store})`]];
  const { stats, publication } = store;
  const dropped = stats.droppedEvents > 0 ? `, ${formatCount(stats.droppedEvents)} dropped so far` : "";
  const waiting = formatPlural(stats.waitingEvents, "event");
  const published = publication
    ? `${formatPlural(publication.entries, "entry", "entries")}, ${formatRelative(new Date(publication.publishedAt), now)} (${publication.id})`
    : "nothing: run gatehouse publish";
  return [
    ["Edge store", "answers"],
    ["Backlog", `${waiting} waiting${dropped}`],
    ["Published", published],
  ];
}
