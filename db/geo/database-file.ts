import { readFileSync, type Stats, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { type GeoDatabase, openDatabase } from "@/db/geo/database";
import type { Place } from "@/db/geo/place";
import { messageOf } from "@/lib/errors";
import type { Ip } from "@/lib/ip";

export type GeoFileStatus = {
  /** What the file is for, in the words of the configuration. */
  readonly purpose: string;
  readonly path: string;
  /** `waiting`: nobody needed it yet. */
  readonly state: "waiting" | "open" | "unusable";
  /** What the file says it is, such as "GeoLite2-City". */
  readonly type: string | null;
  readonly builtAt: Date | null;
  readonly warning: string | null;
};

type FileOptions = {
  readonly purpose: string;
  readonly path: string;
  /** What the visitors lack without the file, for the warning. */
  readonly missing: string;
  /** Whether a database of this type cannot serve the purpose. */
  readonly isUnfit: (type: string) => boolean;
  readonly now: () => number;
  readonly warn: (message: string) => void;
};

const CHECK_INTERVAL_MILLISECONDS = 60_000;
const SIZE_MAX = 2 ** 31 - 1;
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
};

/** A database on disk: opened when it is needed, read again when the file changes, a warning where it is no use. */
export class DatabaseFile {
  private database: GeoDatabase | null = null;
  private stamp: string | null = null;
  private checkedAt = Number.NEGATIVE_INFINITY;
  private opening: Promise<boolean> | null = null;
  private warning: string | null = null;
  private damageTold = false;

  constructor(private readonly options: FileOptions) {}

  /** Opens the file, or reads it again when it changed; looks at the disk once a minute at most. True: it is another. */
  open(): Promise<boolean> {
    this.opening ??= this.openOnce().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** The place in the record of an address; `null` without record, or without a file that could be used. */
  lookup(ip: Ip, text: string): Place | null {
    if (this.stamp === null) this.openBlocking();
    if (this.database === null) return null;
    try {
      return this.database.lookup(ip, text);
    } catch (error) {
      const outcome = `visitors from there have no ${this.options.missing}`;
      if (!this.damageTold) this.complain(`has records that cannot be read (${messageOf(error)})`, outcome);
      this.damageTold = true;
      return null;
    }
  }

  status(): GeoFileStatus {
    const { purpose, path } = this.options;
    const state = this.database ? "open" : this.stamp === null ? "waiting" : "unusable";
    const { type = null, builtAt = null } = this.database ?? {};
    return { purpose, path, state, type, builtAt, warning: this.warning };
  }

  private async openOnce(): Promise<boolean> {
    if (!this.isCheckDue()) return false;
    let stamp = "";
    try {
      const stats = await stat(this.options.path);
      stamp = stampOf(stats);
      if (stamp === this.stamp) return false;
      requireReadable(stats);
      return this.accept(stamp, await readFile(this.options.path));
    } catch (error) {
      return this.refuse(stamp, error);
    }
  }

  /** For a look-up that nobody announced by `open`. */
  private openBlocking(): void {
    this.checkedAt = this.options.now();
    let stamp = "";
    try {
      const stats = statSync(this.options.path);
      stamp = stampOf(stats);
      requireReadable(stats);
      this.accept(stamp, readFileSync(this.options.path));
    } catch (error) {
      this.refuse(stamp, error);
    }
  }

  private isCheckDue(): boolean {
    const now = this.options.now();
    if (Math.abs(now - this.checkedAt) < CHECK_INTERVAL_MILLISECONDS) return false;
    this.checkedAt = now;
    return true;
  }

  private accept(stamp: string, buffer: Buffer): boolean {
    this.database = openDatabase(buffer);
    this.stamp = stamp;
    this.warning = null;
    const { type } = this.database;
    const { missing, isUnfit } = this.options;
    // One warning for a file: one that cannot serve at all need not be whole.
    this.damageTold = isUnfit(type);
    if (this.damageTold) this.complain(`is of type "${type}"`, `visitors have no ${missing}`);
    return true;
  }

  /** The database that is open stays in use: an old one is better than none. */
  private refuse(seen: string, error: unknown): boolean {
    // What the system refuses is tried again every minute; a useless content when it is another.
    const code = error instanceof Error && "code" in error ? error.code : null;
    const stamp = code ? `refused ${code}` : seen;
    const known = stamp === this.stamp;
    this.stamp = stamp;
    if (known) return false;
    const outcome = this.database
      ? "the one read before stays in use"
      : `visitors have no ${this.options.missing}`;
    this.complain(`cannot be used: ${REFUSALS[String(code)] ?? messageOf(error)}`, outcome);
    return false;
  }

  private complain(problem: string, outcome: string): void {
    this.warning = `Geolocation: ${this.options.path} (${this.options.purpose}) ${problem}; ${outcome}.`;
    this.options.warn(this.warning);
  }
}

function stampOf(stats: Stats): string {
  return `${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}

// A pipe or a device would be read for ever.
function requireReadable(stats: Stats): void {
  if (!stats.isFile()) throw new Error("not a file");
  if (stats.size > SIZE_MAX) throw new Error("larger than 2 GB");
}
