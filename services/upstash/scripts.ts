import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Command, Outcome } from "@/services/upstash/store";

const SCRIPTS_MAX = 1000;
const SCRIPTS_MAX_BYTES = 16 * 1024 * 1024;

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** Empties a first line such as `#!lua flags=allow-key-locking`: a flag of Upstash, which Redis refuses. */
function withoutShebang(script: string): string {
  return script.replace(/^#![^\n]*/, "");
}

/** What to send to the store for a command, or what to answer without it. */
export type Translation = { send: Command } | { answer: Outcome };

/**
 * Makes the Lua scripts written for Upstash run on plain Redis. The client knows a script by the hash of
 * its original text, so the texts are remembered by that hash and EVALSHA is sent on as an EVAL: a store
 * that was restarted and has forgotten its scripts then makes no difference.
 */
export class Scripts {
  private readonly texts = new LRUCache<string, string>({
    max: SCRIPTS_MAX,
    maxSize: SCRIPTS_MAX_BYTES,
    sizeCalculation: (text) => text.length + 1,
  });

  private remember(script: string): { hash: string; text: string } {
    const hash = sha1(script);
    const text = withoutShebang(script);
    this.texts.set(hash, text);
    return { hash, text };
  }

  private script(values: string[]): Translation | undefined {
    const [subcommand = "", ...rest] = values;
    switch (subcommand.toUpperCase()) {
      case "LOAD":
        if (rest.length !== 1) return undefined;
        return { answer: { result: Buffer.from(this.remember(rest[0] ?? "").hash) } };
      case "EXISTS":
        return { answer: { result: rest.map((hash) => (this.texts.has(hash.toLowerCase()) ? 1 : 0)) } };
      case "FLUSH":
        this.texts.clear();
        return undefined;
      default:
        return undefined;
    }
  }

  /** Translates the commands that have to do with scripts; every other one goes on as it is. */
  translate(command: Command): Translation {
    const [name, ...values] = command;
    const [first = "", ...rest] = values;
    switch (name.toUpperCase()) {
      case "EVAL":
      case "EVAL_RO":
        return values.length === 0 ? { send: command } : { send: [name, this.remember(first).text, ...rest] };
      case "EVALSHA":
      case "EVALSHA_RO": {
        const text = this.texts.get(first.toLowerCase());
        return {
          send: text === undefined ? command : [name.toUpperCase().replace("SHA", ""), text, ...rest],
        };
      }
      case "SCRIPT":
        return this.script(values) ?? { send: command };
      default:
        return { send: command };
    }
  }
}
