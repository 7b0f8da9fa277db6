import type { ActivityScope } from "@/db/activity";
import { type Activity, distinctOf } from "@/lib/detection/activity";
import { countBits } from "@/lib/detection/distinct";
import { SIGNALS, type Signal } from "@/lib/detection/signals";

/** A visitor's activity as the query answers it: bitmaps as decimal text, of a signed bigint. */
export type ActivityRecord = {
  key: string;
  network: string;
  requests: number;
  counted: number;
  /** In the order of SIGNALS; null of a visitor without noteworthy requests. */
  signals: number[] | null;
  answeredOtherwise: boolean;
  failed: number;
  failedPaths: string;
  distinctPaths: string;
  userAgents: string;
  sensitiveRefused: number;
  adminRefused: number;
  probes: number;
  hours: string;
  /** Milliseconds since 1970. */
  firstAt: number;
  lastAt: number;
  signedIn: boolean;
  blocked: number;
  limited: number;
};

const HOUR_MS = 3_600_000;

export function activityOf(record: ActivityRecord, scope: ActivityScope): Activity {
  const signals: Partial<Record<Signal, number>> = {};
  SIGNALS.forEach((signal, index) => {
    const count = record.signals?.[index] ?? 0;
    if (count > 0) signals[signal] = count;
  });
  const { key, network, requests, counted, answeredOtherwise, failed, sensitiveRefused, adminRefused } =
    record;
  const { probes, firstAt, lastAt } = record;
  return {
    key,
    network,
    requests,
    counted,
    signals,
    answeredOtherwise,
    failed,
    failedPaths: distinctOf(bitmapOf(record.failedPaths), failed),
    distinctPaths: distinctOf(bitmapOf(record.distinctPaths), counted),
    userAgents: distinctOf(bitmapOf(record.userAgents), requests),
    loginFailures: signals["login-failure"] ?? 0,
    loginAttempts: signals["login-attempt"] ?? 0,
    sensitiveRefused,
    adminRefused,
    probes,
    activeHours: scope === "day" ? countBits(bitmapOf(record.hours)) : hoursTouched(firstAt, lastAt),
    firstAt,
    lastAt,
    claimsCrawler: (signals["crawler-claim"] ?? 0) > 0,
    signedIn: record.signedIn,
    blocked: record.blocked,
    limited: record.limited,
  };
}

const bitmapOf = (text: string) => BigInt.asUintN(64, BigInt(text));

// A window of an hour lies in two hours of the clock at most: its first and its last request are in each of them.
function hoursTouched(firstAt: number, lastAt: number): number {
  return Math.floor(firstAt / HOUR_MS) === Math.floor(lastAt / HOUR_MS) ? 1 : 2;
}
