import { expect, test } from "vitest";
import type { Flagged } from "@/db/detect/flagged";
import { storeFlagged } from "@/db/detect/store";
import { UNDECIDED_MAX } from "@/db/retention";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase({ connectionsMax: 2 });

const flaggedAs = (number: number): Flagged => ({
  target: number.toString(16).padStart(32, "0"),
  kind: "hash",
  network: "2001:db8::/48",
  ip: null,
  crawler: "none",
  findings: [
    { rule: "sensitive-files", score: 60, sentence: "One request.", counts: { requests: 1 }, threshold: 1 },
  ],
  samples: [],
  window: { from: new Date(Date.now() - 3_600_000), to: new Date() },
});

test("a flood of suspicious visitors goes beyond the bound by one batch at the most, and never loses a decision", async () => {
  await db.$client`
    insert into suspicious_ips (target, target_kind, network, reason, reasons, score, parts, first_detected, last_detected,
      status, status_by, details)
    select md5(n::text), 'hash', '2001:db8::/48', 'path-probing', '{path-probing}', 60, '{}', now() - interval '2 hours',
      now() - interval '1 hour', (case when n <= 10 then 'ignored' else 'open' end)::suspicious_status, 'a test',
      '{"findings": [], "samples": []}'
    from generate_series(1, ${UNDECIDED_MAX + 10}) n`;
  for (let batch = 0; batch < 5; batch++) {
    const flagged = Array.from({ length: 500 }, (_, at) => flaggedAs(1 + batch * 500 + at));
    await storeFlagged(db, flagged, new Date());
  }
  const [rows] = await db.$client<{ open: number; ignored: number; new: number }[]>`
    select count(*) filter (where status = 'open')::int as open, count(*) filter (where status = 'ignored')::int as ignored,
      count(*) filter (where reason = 'sensitive-files')::int as new from suspicious_ips`;
  expect(rows?.open).toBeLessThanOrEqual(UNDECIDED_MAX + 1000);
  expect(rows).toMatchObject({ ignored: 10, new: 2500 });
});
