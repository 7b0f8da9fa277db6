import { customType, timestamp } from "drizzle-orm/pg-core";

/** Bytes that TypeScript sees as lower-case hex: hashes are compared, printed and put in URLs, never computed with. */
export const hex = customType<{ data: string; driverData: Buffer }>({
  dataType: () => "bytea",
  toDriver: (value) => Buffer.from(value, "hex"),
  fromDriver: (value) => value.toString("hex"),
});

/** A moment, as a `Date`. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
