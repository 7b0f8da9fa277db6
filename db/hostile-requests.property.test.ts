import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { NO_PLACE } from "@/db/geo";
import { recordEvents } from "@/db/record";
import { readEnv } from "@/lib/env";
import { EventBuffer } from "@/lib/events/buffer";
import { drain } from "@/lib/events/drain";
import { CUT, type RequestEvent } from "@/lib/events/request-event";
import { EventStore, formatBatch, type StoredBatch } from "@/lib/events/store";
import { Door, type DoorRequest } from "@/lib/guard/door";
import { edgeStore } from "@/lib/redis";
import { openTestDatabase } from "@/services/test/database";

const SEAL = "a seal";
const env = readEnv({
  UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9",
  UPSTASH_REDIS_REST_TOKEN: "none",
  NEXTAUTH_SECRET: "a secret",
  IP_HASH_KEY: "a key",
  EVENT_SEAL_KEY: SEAL,
  TRUSTED_PLATFORM: "vercel",
});

const { db } = await openTestDatabase();

/** Any text, halves of surrogate pairs and NUL among it, now and then longer than all that is kept. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 80 }) },
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(
    "",
    "\0",
    "\ud800",
    "\udfff\ud800",
    "a\0b",
    "\u202e",
    "'; drop table users --",
    "%00",
    "\\u0000",
  ),
  fc
    .tuple(fc.constantFrom("x", "\0", "\ud83d\ude00", "é", "\ud800"), fc.integer({ min: 200, max: 5000 }))
    .map(([sign, times]) => sign.repeat(times)),
);
const NAMES = [
  "host",
  "user-agent",
  "referer",
  "cookie",
  "x-forwarded-for",
  "x-vercel-forwarded-for",
  "x-vercel-ip-country",
  "x-vercel-ip-city",
  "x-vercel-ip-latitude",
  "x-vercel-ip-longitude",
  "sec-purpose",
  "rsc",
];
const headers = fc.dictionary(fc.constantFrom(...NAMES), text, { maxKeys: NAMES.length });
const target = fc.oneof(
  text,
  text.map((path) => `/${path}?${path}`),
);
const request: fc.Arbitrary<DoorRequest> = fc
  .record({ method: text, target, headers, peer: fc.option(text) })
  .map(({ headers: given, ...rest }) => ({ ...rest, headers: { get: (name) => given[name] ?? null } }));
const outcome = fc.record({
  status: fc.option(fc.integer({ min: 100, max: 999 })),
  durationMs: fc.option(fc.nat(10_000_000)),
});

/** The event that a door makes of a request. */
async function eventOf(
  door: Door,
  asked: DoorRequest,
  became: { status: number | null; durationMs: number | null },
) {
  let made: RequestEvent | null = null;
  vi.spyOn(door.events, "record").mockImplementation(async (event) => {
    made = event;
  });
  await door.record(await door.decide(asked), became);
  if (!made) throw new Error("Nothing was recorded");
  return made as RequestEvent;
}

/** What the drain reads of a batch, and how much of it fits no schema. */
async function drained(
  batches: readonly StoredBatch[],
  insert: (events: readonly RequestEvent[]) => Promise<number>,
) {
  const store = new EventStore(edgeStore(env));
  vi.spyOn(store, "oldest").mockResolvedValueOnce(batches.map(formatBatch)).mockResolvedValue([]);
  vi.spyOn(store, "acknowledge").mockResolvedValue(undefined as never);
  vi.spyOn(store, "setAside").mockResolvedValue(undefined as never);
  return drain({ store, sealKey: SEAL, insert });
}

test("whatever a visitor sends becomes one event, bounded, that the drain reads and the database takes", async () => {
  const door = new Door("node", env, () => {});
  vi.spyOn(door.rules, "get").mockReturnValue(null as never);
  const locator = { open: async () => {}, locate: () => NO_PLACE };
  const recordAll = (events: readonly RequestEvent[]) =>
    recordEvents(events, { db, locator, hashKey: "a key", privacy: "hashed", now: () => new Date() });

  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(request, outcome), { minLength: 1, maxLength: 40 }), async (asked) => {
      const events: RequestEvent[] = [];
      for (const [one, became] of asked) events.push(await eventOf(door, one, became));
      for (const event of events) {
        for (const [name, max] of Object.entries(CUT)) {
          const value = event[name as keyof typeof CUT];
          expect((value ?? "").length, name).toBeLessThanOrEqual(max);
          expect((value ?? "").isWellFormed(), name).toBe(true);
        }
        expect(Object.values(event).filter((value) => String(value).includes("\0"))).toEqual([]);
      }
      const batches: StoredBatch[] = [];
      const buffer = new EventBuffer({
        append: async (batch) => {
          if (batch) batches.push(batch);
          return { stored: true, publication: "" };
        },
        sealKey: SEAL,
        flushMs: 60_000,
      });
      for (const event of events) void buffer.record(event);
      await buffer.flush();
      const { rejected, inserted } = await drained(batches, recordAll);
      expect({ rejected, inserted }).toEqual({ rejected: 0, inserted: events.length });
    }),
    { numRuns: 60 },
  );
}, 60_000);
