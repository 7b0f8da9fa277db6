import { createReadStream, existsSync, statSync } from "node:fs";
import path from "node:path";
import { pipeline, Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";
import { CommandError } from "@/cli/failure";

/** A log that is read line by line, never whole; `bytesRead` of `size` tell how far the reading is. */
export type LogSource = {
  name: string;
  /** Bytes as they lie on the disk; null where the end is not known. */
  size: number | null;
  /** Whether it can be read a second time. */
  canRepeat: boolean;
  bytesRead(): number;
  lines(): AsyncGenerator<string>;
};

/** More than any line that can be parsed: what is longer is cut to this, so that memory stays bounded. */
const LINE_LENGTH_MAX = 65_537;
const GZIP_FIRST_BYTE = 0x1f;

/**
 * The log of this name, `-` for standard input. A relative name counts from where the command was typed: npm itself runs
 * scripts in the project's folder.
 * @throws CommandError where there is no such file or it is a folder.
 */
export function openLog(name: string): LogSource {
  if (name === "-") return sourceOf("standard input", null, () => process.stdin);
  const file = [name, path.resolve(process.env.INIT_CWD ?? ".", name)].find((candidate) =>
    existsSync(candidate),
  );
  if (!file) throw new CommandError(`There is no file "${name}".`, 2);
  const status = statSync(file);
  if (status.isDirectory()) throw new CommandError(`"${name}" is a folder: name the log files in it.`, 2);
  return sourceOf(name, status.isFile() ? status.size : null, () => createReadStream(file));
}

/** A log from a stream that `open` makes anew for each reading. */
export function sourceOf(name: string, size: number | null, open: () => Readable): LogSource {
  let bytesRead = 0;
  return {
    name,
    size,
    canRepeat: size !== null,
    bytesRead: () => bytesRead,
    async *lines() {
      bytesRead = 0;
      const stream = open();
      try {
        yield* splitLines(unzipped(counted(stream)));
      } catch (error) {
        throw new CommandError(`${name} cannot be read to its end: ${reasonOf(error)}.`);
      } finally {
        stream.destroy();
      }
    },
  };

  async function* counted(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytesRead += chunk.length;
      yield chunk;
    }
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("Z_")) return "the gzip data is cut off or damaged";
  if (code === "EACCES") return "this account has no permission";
  return error instanceof Error ? error.message : String(error);
}

/** The same bytes, unpacked where they are gzip, whatever the file is called. */
async function* unzipped(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const first = await chunks.next();
  if (first.done) return;
  const all = (async function* () {
    yield first.value;
    yield* chunks;
  })();
  // No text begins with this control character.
  if (first.value[0] !== GZIP_FIRST_BYTE) return yield* all;
  // An error of either end reaches whoever reads the unzipped bytes.
  yield* pipeline(
    Readable.from(all, { objectMode: false }),
    createGunzip(),
    () => {},
  ) as AsyncIterable<Buffer>;
}

/** Lines without their ends; the last one may lack its newline. */
export async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = (lines.pop() as string).slice(0, LINE_LENGTH_MAX);
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  rest += decoder.end();
  if (rest !== "") yield rest;
}
