import { expect, test } from "vitest";
import { toBase64 } from "@/lib/base64";

test("bytes of every length and value are written as everywhere else", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, at) => (at * 167 + (at >> 3)) % 256);
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.subarray(0, length);
    expect(toBase64(part)).toBe(Buffer.from(part).toString("base64"));
  }
});
