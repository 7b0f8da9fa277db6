import { z } from "zod";
import type { Command } from "@/services/upstash/store";

/** A request that is not understood; the message goes to the client with status 400. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
}

// Upstash takes text, numbers and booleans as arguments, and says this about null.
const argument = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const command = z.tuple([argument], argument);
const commands = z.array(command).min(1);

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new BadRequest("ERR failed to parse the request: it is not JSON");
  }
}

function explain(body: unknown): string {
  const values = Array.isArray(body) ? body.flat() : [];
  if (values.includes(null)) return "ERR null args are not supported";
  return "ERR failed to parse the request: a command is an array of text and numbers";
}

/** The command of `POST /`: a JSON array such as `["SET", "key", 1]`. */
export function parseCommand(body: string): Command {
  const value = parseJson(body);
  if (Array.isArray(value) && value.length === 0) throw new BadRequest("ERR empty command");
  const parsed = command.safeParse(value);
  if (!parsed.success) throw new BadRequest(explain(value));
  return parsed.data;
}

/** The commands of `POST /pipeline` and `POST /multi-exec`: a JSON array of commands. */
export function parseCommands(body: string): Command[] {
  const value = parseJson(body);
  if (Array.isArray(value) && value.length === 0) throw new BadRequest("ERR empty pipeline request");
  const parsed = commands.safeParse(value);
  if (!parsed.success) throw new BadRequest(explain(value));
  return parsed.data;
}

/**
 * The command of a path such as `/set/key/value?EX=60`. A body, which may be any text, becomes one more
 * argument after the path; the query's words come last.
 */
export function parsePath(url: URL, body: string): Command {
  let parts: string[];
  try {
    parts = url.pathname.split("/").slice(1).map(decodeURIComponent);
  } catch {
    throw new BadRequest("ERR failed to parse the path");
  }
  const query = [...url.searchParams].filter(([name]) => name !== "_token");
  const words = query.flatMap(([name, value]) => (value === "" ? [name] : [name, value]));
  const [name, ...values] = [...parts, ...(body === "" ? [] : [body]), ...words];
  if (!name) throw new BadRequest("ERR empty command");
  return [name, ...values];
}
