import { recordingServer } from "@/cli/test/recording-server";
import { type Database, database } from "@/db/client";
import { migrate } from "@/db/migrate";
import { findJob } from "@/inngest/jobs";
import { readEnv, required } from "@/lib/env";
import { Door } from "@/lib/guard/door";
import { refusalOf } from "@/lib/guard/refusal";
import { REPLAY_HEADER, readReplayMark } from "@/lib/guard/replay-mark";
import { headerReader } from "@/lib/guard/request-headers";
import { testDatabase } from "@/services/test/postgres";
import { testUpstash } from "@/services/test/upstash";

/**
 * A small site behind a door of ours, with all that follows: edge store, drain and database. What a site without pages
 * answers is 404. Sets the environment of this process; call `stop` at the end.
 */
export async function doorSite() {
  const [postgres, upstash] = await Promise.all([testDatabase(), testUpstash()]);
  await migrate(postgres.url);
  const env = {
    DATABASE_URL: postgres.url,
    UPSTASH_REDIS_REST_URL: upstash.url,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
    NEXTAUTH_SECRET: "the secret of a site that only tests know",
    IP_HASH_KEY: "a key for the hashes of a test",
    EVENT_SEAL_KEY: "a key for the events of a test",
    EVENT_FLUSH_MS: "100",
    IP_PRIVACY: "hashed",
  };
  Object.assign(process.env, env);
  const settings = readEnv();
  const door = new Door("node", settings);
  const secret = required(settings, "NEXTAUTH_SECRET");
  const server = await recordingServer(async (request, response) => {
    const headers = headerReader(request.headers);
    const at = readReplayMark(headers.get(REPLAY_HEADER), secret) ?? undefined;
    const { method = "", url = "", socket } = request;
    const decision = await door.decide({
      method,
      target: url,
      headers,
      peer: socket.remoteAddress ?? null,
      at,
    });
    const { verdict, visit } = decision;
    const status = verdict.action === "allow" ? 404 : refusalOf(verdict, visit.id, null).status;
    response.writeHead(status).end();
    void door.record(decision, { status, durationMs: 0 });
  });
  const drain = repeat(async () => {
    await findJob("drain-events")?.run({ warn: () => {} });
  });
  return {
    url: server.url.href,
    db: database() as Database,
    env,
    async stop() {
      await server.stop();
      await door.events.flush();
      await drain.stop();
      await database().$client.end({ timeout: 1 });
      await Promise.all([postgres.drop(), upstash.stop()]);
    },
  };
}

function repeat(work: () => Promise<void>) {
  let isStopped = false;
  const done = (async () => {
    while (!isStopped) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    stop() {
      isStopped = true;
      return done;
    },
  };
}
