import type { SessionUser } from "@/app/session";
import type { ShownSession } from "@/components/account/session-list";
import { database } from "@/db/client";
import { placesOf } from "@/db/session-places";
import { listSessions } from "@/db/sessions";
import { readTwoStep } from "@/db/two-step";
import { classifyUserAgent } from "@/lib/user-agent";

/** What the account page shows of a user. */
export async function readAccount(user: SessionUser, now: Date) {
  const db = database();
  const [sessions, twoStep] = await Promise.all([listSessions(db, user.id, now), readTwoStep(db, user.id)]);
  const networks = sessions.flatMap(({ network }) => network ?? []);
  const first = Math.min(now.getTime(), ...sessions.map(({ createdAt }) => createdAt.getTime()));
  const places = await placesOf(db, networks, new Date(first - 60_000));
  const shown = sessions.map((session): ShownSession => {
    const agent = classifyUserAgent(session.userAgent);
    const place = session.network ? places.get(session.network) : undefined;
    return {
      id: session.id,
      isThis: session.id === user.sessionId,
      program: agent.name || "Unknown program",
      version: agent.version?.split(".")[0] ?? null,
      system: agent.os,
      device: agent.device,
      network: session.network,
      countryCode: place?.countryCode ?? null,
      city: place?.city ?? null,
      createdAt: session.createdAt.getTime(),
      lastSeenAt: session.lastSeenAt.getTime(),
    };
  });
  shown.sort((a, b) => Number(b.isThis) - Number(a.isThis));
  return { sessions: shown, twoStep };
}
