import { z } from "zod";
import { startProgram } from "@/e2e/fixtures/program";

const result = z.object({
  duration: z.number().positive(),
  errors: z.number(),
  timeouts: z.number(),
  requests: z.object({ total: z.number() }),
  latency: z.object({ p50: z.number(), p99: z.number() }),
  statusCodeStats: z.record(z.string(), z.object({ count: z.number() })),
});

/** What a load has brought. Latencies in milliseconds. */
export type Load = { requests: number; requestsPerSecond: number; p50: number; p99: number };

export type LoadOptions = {
  seconds: number;
  connections: number;
  /** The status that every answer must have: another load would measure something else. */
  status: number;
  headers?: Readonly<Record<string, string>>;
};

/**
 * Asks for one address as fast as it answers, over connections that stay open, from a process of its own (autocannon).
 * @throws Error where an answer fails or has another status.
 */
export async function load(url: string, options: LoadOptions): Promise<Load> {
  const headers = Object.entries(options.headers ?? {}).flatMap(([name, value]) => [
    "-H",
    `${name}=${value}`,
  ]);
  const args = [
    "node_modules/autocannon/autocannon.js",
    "--json",
    "--no-progress",
    ...["--connections", String(options.connections)],
    ...["--duration", String(options.seconds)],
    ...headers,
    url,
  ];
  const program = startProgram(process.execPath, args, {});
  const { code } = await program.ended;
  const last = program.answer().trim().split("\n").at(-1) ?? "";
  if (code !== 0 || !last.startsWith("{")) throw new Error(`No load on ${url}:\n${program.output()}`);
  const { duration, errors, timeouts, requests, latency, statusCodeStats } = result.parse(JSON.parse(last));
  const expected = statusCodeStats[options.status]?.count ?? 0;
  if (errors > 0 || timeouts > 0 || expected === 0 || expected !== requests.total) {
    const seen = Object.entries(statusCodeStats).map(([status, { count }]) => `${count} × ${status}`);
    throw new Error(`${url} answered ${seen.join(", ")}, ${errors} errors, ${timeouts} without an answer.`);
  }
  return { requests: requests.total, requestsPerSecond: requests.total / duration, ...latency };
}
