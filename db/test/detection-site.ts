import type { Database } from "@/db/client";
import { type DetectDeps, detect, windowUntil } from "@/db/detect";
import type { Actor } from "@/db/enforcement";
import type { DetectionRun } from "@/db/schema";
import { listSuspicious, type SuspiciousIpView } from "@/db/suspicious-ips";
import { recordTraffic, TEST_HASH_KEY, testEvent } from "@/db/test/traffic";
import type { RequestEvent } from "@/lib/events/request-event";
import { type Ip, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";

const HOUR = 3_600_000;
export const MINUTE = 60_000;
export const ada: Actor = { name: "ada", origin: "manual", ownIp: null };

export const hashOf = (ip: string) => visitorHash(parseIp(ip) as Ip, TEST_HASH_KEY);

/** A database with a clock, for tests that record requests and look for suspicious visitors among them. */
export class DetectionSite {
  /** The clock: every test has a different day, so that none sees the traffic of another. */
  now = new Date(Math.floor(Date.now() / HOUR) * HOUR);
  published = 0;

  constructor(readonly db: Database) {}

  /** What a test leaves behind goes, and the clock goes back by more than a day. */
  async reset(): Promise<void> {
    await this.db.$client`truncate suspicious_ips, detection_runs, ip_rules, settings, traffic_rollups`;
    this.published = 0;
    this.now = new Date(Math.floor(this.now.getTime() / HOUR) * HOUR - 26 * HOUR);
  }

  deps(change: Partial<DetectDeps> = {}): DetectDeps {
    const publish = async () => {
      this.published++;
    };
    return {
      enforcement: { db: this.db, publish, privacy: "hashed", hashKey: TEST_HASH_KEY, warn: () => {} },
      env: { TRUSTED_PROXIES: undefined },
      now: () => this.now,
      source: {},
      ...change,
    };
  }

  record(events: RequestEvent[], privacy: "hashed" | "plain" = "hashed"): Promise<number> {
    return recordTraffic(this.db, events, { now: this.now, privacy });
  }

  /** A detection of the last hour, unless something else is asked for. */
  run(change: Partial<Parameters<typeof detect>[1]> = {}, deps = this.deps()): Promise<DetectionRun | null> {
    return detect(deps, { trigger: "manual", actor: "ada", window: windowUntil(this.now), ...change });
  }

  async rows(): Promise<SuspiciousIpView[]> {
    return (await listSuspicious(this.db, { status: "all" }, TEST_HASH_KEY)).rows;
  }

  /** The row of a target, of an address by its hash. @throws Error where there is none. */
  async row(target: string): Promise<SuspiciousIpView> {
    const wanted = target.includes("/") ? target : hashOf(target);
    const found = (await this.rows()).find((row) => row.target === wanted);
    if (!found) throw new Error(`${target} is not suspicious.`);
    return found;
  }

  /** An event so many minutes before the clock. */
  event(minutesAgo: number, change: Partial<RequestEvent> = {}): RequestEvent {
    return testEvent({ at: this.now.getTime() - minutesAgo * MINUTE, ...change });
  }

  /** A visitor who asks for secret files, and is answered that there are none. */
  probe(ip: string, minutesAgo = 5, change: Partial<RequestEvent> = {}): RequestEvent[] {
    return ["/.env", "/.git/config", "/backup.sql"].map((path, index) =>
      this.event(minutesAgo - index / MINUTE, { ip, path, status: 404, ...change }),
    );
  }
}
