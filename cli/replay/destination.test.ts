import { describe, expect, test } from "vitest";
import { checkIsLoopback, checkListens, defaultUrl, forwardedHeaderFor } from "@/cli/replay/destination";
import { recordingServer } from "@/cli/test/recording-server";
import { readEnv } from "@/lib/env";

describe("where a replay goes", () => {
  test("is the Gatehouse of this folder, or port 3000", () => {
    expect(defaultUrl(null).origin).toBe("http://127.0.0.1:3000");
    expect(defaultUrl({ pid: 1, url: "http://localhost:3460", env: {} }).origin).toBe(
      "http://127.0.0.1:3460",
    );
  });

  test("is this machine, unless it is meant otherwise", () => {
    for (const url of [
      "http://127.0.0.1:3000",
      "http://127.8.8.8",
      "http://[::1]:3000",
      "http://localhost:3000",
    ]) {
      expect(() => checkIsLoopback(new URL(url), false)).not.toThrow();
    }
    for (const url of [
      "http://192.0.2.1",
      "http://127.0.0.1.example.org",
      "http://localhost.example",
      "http://10.0.0.1",
    ]) {
      expect(() => checkIsLoopback(new URL(url), false)).toThrow("is not this machine");
      expect(() => checkIsLoopback(new URL(url), true)).not.toThrow();
    }
  });

  test("must trust this machine, and says in which header", () => {
    expect(forwardedHeaderFor(readEnv({}))).toBe("x-forwarded-for");
    expect(forwardedHeaderFor(readEnv({ FORWARDED_HEADER: "forwarded", TRUSTED_PROXIES: "1" }))).toBe(
      "forwarded",
    );
    expect(() => forwardedHeaderFor(readEnv({ TRUSTED_PROXIES: "192.0.2.0/24" }))).toThrow("TRUSTED_PROXIES");
  });

  test("must listen, which is found out without a request", async () => {
    const server = await recordingServer();
    await checkListens(server.url);
    await server.stop();
    expect(server.received).toEqual([]);
    await expect(checkListens(server.url)).rejects.toThrow("start Gatehouse with npm start");
  });
});
