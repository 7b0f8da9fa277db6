import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { type LogSource, openLog, sourceOf, splitLines } from "@/cli/replay/log-source";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: string | Buffer) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const allOf = async (lines: AsyncIterable<string>) => {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
};
const linesOf = (log: LogSource) => allOf(log.lines());

describe("a log", () => {
  test("is read line by line, whatever its line ends, to the last byte", async () => {
    const text = "first\r\nsecond\n\nlast é";
    const log = openLog(file("plain.log", text));
    expect(await linesOf(log)).toEqual(["first", "second", "", "last é"]);
    expect(log.bytesRead()).toBe(Buffer.byteLength(text));
    expect(log.size).toBe(Buffer.byteLength(text));
  });

  test("is unpacked where it is gzip, in one piece or several, and under any name", async () => {
    const packed = Buffer.concat([gzipSync("first\nsec"), gzipSync("ond\n")]);
    for (const name of ["rotated.gz", "rotated.1"]) {
      const log = openLog(file(name, packed));
      expect(await linesOf(log)).toEqual(["first", "second"]);
      expect(log.bytesRead()).toBe(packed.length);
    }
  });

  test("can be read again", async () => {
    const log = openLog(file("twice.gz", gzipSync("one\ntwo\n")));
    expect(await linesOf(log)).toEqual(await linesOf(log));
    expect(log.canRepeat).toBe(true);
  });

  test("may come from a pipe, packed too", async () => {
    for (const content of [Buffer.from("one\ntwo"), gzipSync("one\ntwo")]) {
      const log = sourceOf("standard input", null, () => Readable.from([content], { objectMode: false }));
      expect(await linesOf(log)).toEqual(["one", "two"]);
      expect(log.canRepeat).toBe(false);
    }
  });

  test("that is cut off inside its gzip gives the lines before, and then says so", async () => {
    const packed = gzipSync(Array.from({ length: 20_000 }, (_, n) => `line ${n} ${Math.sin(n)}`).join("\n"));
    const seen: string[] = [];
    const read = async () => {
      for await (const line of openLog(file("cut.gz", packed.subarray(0, packed.length - 1000))).lines())
        seen.push(line);
    };
    await expect(read()).rejects.toThrow("cut off or damaged");
    expect(seen.length).toBeGreaterThan(1000);
  });

  test("that does not exist, or is a folder, is a wrong call", () => {
    expect(() => openLog(join(folder, "none.log"))).toThrow("There is no file");
    expect(() => openLog(folder)).toThrow("is a folder");
  });

  test("that is left early closes its file", async () => {
    const stream = Readable.from(["one\n", "two\n", "three\n"], { objectMode: false });
    for await (const _ of sourceOf("log", null, () => stream).lines()) break;
    expect(stream.destroyed).toBe(true);
  });
});

describe("lines", () => {
  async function* chunksOf(...texts: (string | Buffer)[]) {
    for (const text of texts) yield Buffer.from(text);
  }

  test("may lie across chunks, in the middle of a character", async () => {
    const [head, tail] = [Buffer.from("aé\nb").subarray(0, 2), Buffer.from("aé\nb").subarray(2)];
    expect(await allOf(splitLines(chunksOf(head, tail, "c")))).toEqual(["aé", "bc"]);
  });

  test("without an end do not fill the memory", async () => {
    const chunk = "x".repeat(65_536);
    const lines = await allOf(splitLines(chunksOf(...Array.from({ length: 200 }, () => chunk), "\nnext\n")));
    expect(lines[0]?.length).toBeLessThan(140_000);
    expect(lines[1]).toBe("next");
  });
});
