import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { z } from "zod";
import { AppError } from "@/lib/errors";

/** What stands at the beginning of a backup. */
export const backupHead = z.object({
  format: z.literal("gatehouse-backup-1"),
  madeAt: z.string(),
  /** Hashes of the migrations that made the schema, in order. */
  migrations: z.array(z.string()),
  /** Partitions, by their first day of UTC and the one after their last; older backups name single days, `2027-03-01`. */
  days: z.array(z.string()),
  secrets: z.record(z.string(), z.string()),
});
export type BackupHead = z.infer<typeof backupHead>;

/** What stands before the rows of a table. */
export const tableHead = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
export type TableHead = z.infer<typeof tableHead>;

/** What stands at the end: a file without it was cut off. */
export const backupFoot = z.object({ rows: z.record(z.string(), z.number().int()) });
export type BackupFoot = z.infer<typeof backupFoot>;

const FRAME_BYTES_MAX = 64 * 1024 * 1024;
const LENGTH_BYTES = 4;
const KINDS = { json: 0x4a, rows: 0x52 } as const;

/** A piece of a backup: a word about what follows, or rows as PostgreSQL copies them. */
export type Frame = { kind: "json"; value: unknown } | { kind: "rows"; bytes: Buffer };

async function writeFrame(to: Writable, kind: number, bytes: Buffer): Promise<void> {
  const head = Buffer.alloc(1 + LENGTH_BYTES);
  head.writeUInt8(kind);
  head.writeUInt32BE(bytes.length, 1);
  to.write(head);
  if (!to.write(bytes)) await once(to, "drain");
}

export function writeJson(to: Writable, value: BackupHead | TableHead | BackupFoot): Promise<void> {
  return writeFrame(to, KINDS.json, Buffer.from(JSON.stringify(value)));
}

export function writeRows(to: Writable, bytes: Buffer): Promise<void> {
  return writeFrame(to, KINDS.rows, bytes);
}

export const damaged = (cause?: unknown) =>
  new AppError("bad-input", "The file is no whole backup of Gatehouse: it is damaged, or was cut off.", {
    cause,
  });

/** The frames of a backup, in order. @throws AppError `bad-input` where it is cut off or none at all. */
export async function* readFrames(from: Readable): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of from) {
    rest = rest.length === 0 ? (piece as Buffer) : Buffer.concat([rest, piece as Buffer]);
    for (;;) {
      if (rest.length < 1 + LENGTH_BYTES) break;
      const length = rest.readUInt32BE(1);
      if (length > FRAME_BYTES_MAX) throw damaged();
      const end = 1 + LENGTH_BYTES + length;
      if (rest.length < end) break;
      yield frameOf(rest.readUInt8(0), rest.subarray(1 + LENGTH_BYTES, end));
      rest = rest.subarray(end);
    }
  }
  if (rest.length > 0) throw damaged();
}

function frameOf(kind: number, bytes: Buffer): Frame {
  if (kind === KINDS.rows) return { kind: "rows", bytes };
  if (kind !== KINDS.json) throw damaged();
  try {
    return { kind: "json", value: JSON.parse(bytes.toString()) };
  } catch (error) {
    throw damaged(error);
  }
}
