import { z } from "zod";
import { type RequestEvent, requestEvent } from "@/lib/events/request-event";

// Requests that come together are much alike: in a flood all but their ids and times is the same. So a batch says by column
// what occurs, once, and which event has which of it: a quarter of what one object each would take, in a flood a tenth.

type Field = Exclude<keyof RequestEvent, "id" | "at">;
const FIELDS = Object.keys(requestEvent.shape).filter(
  (name): name is Field => name !== "id" && name !== "at",
);
const ID_DIGITS = 32;
/** A UUID without its hyphens (RFC 9562). */
const ID = /^[0-9a-f]{12}[1-8][0-9a-f]{3}[89ab][0-9a-f]{15}$/;

const column = z.object({ values: z.array(z.unknown()), of: z.array(z.number()).optional() });
type Column = z.infer<typeof column>;
const columns = z.object({
  /** All ids in one, without hyphens. */
  ids: z.string(),
  /** The time of the first event, and of each other one how much later than the one before it is. */
  at: z.array(z.number()),
  /** `of` has the place of each event's value in `values`; it is left out where all have the first. */
  fields: z.record(z.string(), column),
});

/** The text of a batch of events, in JSON. */
export function writeEvents(events: readonly RequestEvent[]): string {
  const fields = Object.fromEntries(FIELDS.map((name) => [name, columnOf(events, name)]));
  const at = events.map((event, index) => event.at - (events[index - 1]?.at ?? 0));
  return JSON.stringify({ ids: events.map(({ id }) => id.replaceAll("-", "")).join(""), at, fields });
}

function columnOf(events: readonly RequestEvent[], name: Field): Column {
  const first = events[0]?.[name];
  if (events.every((event) => event[name] === first)) return { values: [first] };
  const places = new Map<unknown, number>();
  const values: unknown[] = [];
  const of = events.map((event) => {
    const value = event[name];
    const key = typeof value === "object" ? JSON.stringify(value) : value;
    let place = places.get(key);
    if (place === undefined) {
      place = values.push(value) - 1;
      places.set(key, place);
    }
    return place;
  });
  return { values, of };
}

/** The events of a text, and how many of it fit no schema; one where the text is none of a batch. */
export function readEvents(text: string): { events: RequestEvent[]; rejected: number } {
  const json = parseJson(text);
  if (Array.isArray(json)) return readObjects(json);
  const batch = columns.safeParse(json);
  return batch.success ? readColumns(batch.data) : { events: [], rejected: 1 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As doors wrote them at first: one object for each event. */
function readObjects(json: readonly unknown[]): { events: RequestEvent[]; rejected: number } {
  const parsed = json.map((item) => requestEvent.safeParse(item));
  const events = parsed.flatMap((item) => (item.success ? [item.data] : []));
  return { events, rejected: parsed.length - events.length };
}

/** Each value is looked at once, however many events have it; an event is as good as all its values. */
function readColumns(batch: z.infer<typeof columns>): { events: RequestEvent[]; rejected: number } {
  const count = batch.at.length;
  const read = FIELDS.map((name) => [name, valuesOf(name, batch.fields[name])] as const);
  const events: RequestEvent[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    at += batch.at[index] as number;
    const event = eventAt(index, at, batch.ids, read);
    if (event) events.push(event);
  }
  return { events, rejected: count - events.length };
}

const NOTHING = Symbol("a value that fits no schema");
type Values = { values: readonly unknown[]; of: readonly number[] | undefined };

function valuesOf(name: Field, found: Column | undefined): Values {
  const values = (found?.values ?? []).map((value) => {
    const parsed = requestEvent.shape[name].safeParse(value);
    return parsed.success ? parsed.data : NOTHING;
  });
  return { values, of: found?.of };
}

function eventAt(
  index: number,
  at: number,
  ids: string,
  read: readonly (readonly [Field, Values])[],
): RequestEvent | null {
  const id = ids.slice(index * ID_DIGITS, (index + 1) * ID_DIGITS);
  if (!ID.test(id) || !Number.isSafeInteger(at) || at <= 0) return null;
  const event: Partial<Record<keyof RequestEvent, unknown>> = { id: hyphenated(id), at };
  for (const [name, { values, of }] of read) {
    const place = of ? (of[index] ?? -1) : 0;
    if (!(place in values) || values[place] === NOTHING) return null;
    event[name] = values[place];
  }
  return event as RequestEvent;
}

const hyphenated = (id: string) =>
  `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
