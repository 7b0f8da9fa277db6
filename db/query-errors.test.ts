import { inspect } from "node:util";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { sqlState } from "@/db/client";
import { messageOf } from "@/lib/errors";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();

test("a query that fails tells its words and its cause, and no value that it was asked with", async () => {
  const typed = "somebody-typed-this";
  const error = await db
    .execute(sql`select * from nowhere where name = ${typed}`)
    .catch((fault: unknown) => fault);
  expect(sqlState(error)).toBe("42P01");
  expect(messageOf(error)).toContain("from nowhere where name = $1");
  expect(`${inspect(error, { depth: 9 })}${messageOf(error)}${(error as Error).stack}`).not.toContain(typed);
});
