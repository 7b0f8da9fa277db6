import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEvents, writeEvents } from "@/lib/events/batch-text";
import { DOORS, KINDS, type RequestEvent } from "@/lib/events/request-event";
import { testEvent } from "@/lib/events/test/event";
import { uuidAt } from "@/lib/uuid";

const event = (changes: Partial<RequestEvent> = {}) => testEvent({ at: 1_700_000_000_000, ...changes });
const place = { countryCode: "DE", city: "Köln", latitude: 50.9, longitude: 7 };
const flood = (count: number) =>
  Array.from({ length: count }, (_, at) => event({ id: uuidAt(at + 1), at: at + 1 }));

const anyEvent = fc
  .record({
    at: fc.integer({ min: 1, max: 4e12 }),
    ip: fc.option(fc.ipV4()),
    path: fc.string({ maxLength: 30, unit: "grapheme" }),
    query: fc.option(fc.string({ maxLength: 9 })),
    status: fc.option(fc.integer({ min: 100, max: 999 })),
    durationMs: fc.option(fc.nat()),
    ruleId: fc.option(fc.integer()),
    door: fc.constantFrom(...DOORS),
    kind: fc.constantFrom(...KINDS),
    place: fc.option(fc.constantFrom(place, { ...place }, { ...place, city: null })),
  })
  .map((fields) => event({ ...fields, id: uuidAt(fields.at) }));

describe("a batch of events", () => {
  test("comes out as it went in, whatever is in it", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        expect(readEvents(writeEvents(events))).toEqual({ events, rejected: 0 });
      }),
    );
  });

  test("says once what all its events have: a flood takes a fifth of what one object each would", () => {
    const events = flood(256);
    expect(writeEvents(events).length).toBeLessThan(JSON.stringify(events).length / 5);
  });

  test("of a door that wrote one object for each event is read, too", () => {
    const events = [event(), event({ path: "/a" })];
    expect(readEvents(JSON.stringify([...events, { id: "none" }]))).toEqual({ events, rejected: 1 });
  });

  const changed = (change: (batch: ReturnType<typeof JSON.parse>) => void) => {
    const batch = JSON.parse(writeEvents([event(), event({ path: "/a" }), event({ path: "/b" })]));
    change(batch);
    return readEvents(JSON.stringify(batch));
  };

  test("rejects the events whose id, time or a value of theirs fits no schema, and keeps the others", () => {
    const paths = ({ events }: ReturnType<typeof readEvents>) => events.map(({ path }) => path);
    const badValue = changed(({ fields }) => {
      fields.path.values[1] = 7;
    });
    expect([paths(badValue), badValue.rejected]).toEqual([["/", "/b"], 1]);
    for (const at of [9, -1, 0.5]) {
      const badPlace = changed(({ fields }) => {
        fields.path.of[2] = at;
      });
      expect([paths(badPlace), badPlace.rejected]).toEqual([["/", "/a"], 1]);
    }
    const badTime = changed((batch) => {
      batch.at[2] = 0.5;
    });
    expect([paths(badTime), badTime.rejected]).toEqual([["/", "/a"], 1]);
    const shortIds = changed((batch) => {
      batch.ids = batch.ids.slice(0, 70);
    });
    expect([paths(shortIds), shortIds.rejected]).toEqual([["/", "/a"], 1]);
    const noField = changed(({ fields }) => {
      delete fields.method;
    });
    expect(noField).toEqual({ events: [], rejected: 3 });
  });

  test("that is none is rejected as one", () => {
    for (const text of ["", "{", "7", "null", "{}", '{"ids":1,"at":[],"fields":{}}'])
      expect(readEvents(text)).toEqual({ events: [], rejected: 1 });
  });
});
