import { sendRaw, statusOf } from "@/e2e/fixtures/http";
import { expect, test } from "@/e2e/fixtures/test";
import { DATA_POLICY, SECURITY_HEADERS } from "@/lib/guard/security-headers";

test("what is no HTTP, a tunnel, and the answer to a server that asks have the security headers, too", async ({
  product,
  address,
}) => {
  const host = `Host: 127.0.0.1\r\nX-Forwarded-For: ${address}`;
  const heads: [head: string, status: number][] = [
    ["GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400],
    [`GET / HTTP/1.1\r\n${host}\r\nx-long: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    [`CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n\r\n`, 405],
    [`TRACE / HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 405],
    [`GET /api/verify HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`, 200],
  ];
  for (const [head, status] of heads) {
    const received = await sendRaw(product.url, head);
    expect(statusOf(received), received).toBe(status);
    for (const [name, value] of Object.entries({
      ...SECURITY_HEADERS,
      "content-security-policy": DATA_POLICY,
    }))
      expect(received.toLowerCase(), name).toContain(`${name}: ${value.toLowerCase()}`);
  }
});
