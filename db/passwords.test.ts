import { describe, expect, test } from "vitest";
import { checkNewPassword, generatePassword, hashPassword, verifyPassword } from "@/db/passwords";

describe("a password is refused", () => {
  test.each([
    ["shorter than 12 characters", "elevenchars", "at least 12"],
    ["empty", "", "at least 12"],
    ["short, though it takes more bytes", "🔑🔑🔑🔑🔑🔑🔑a", "at least 12"],
    ["longer than 512 characters", "ab1".repeat(171), "at most 512"],
    ["the username", "Administrator-1", "must not be the username"],
    ["among the most common", "Password1234", "first that anybody"],
    ["two characters over and over", "abababababab", "first that anybody"],
  ])("when it is %s", (_name, password, message) => {
    expect(() => checkNewPassword(password, "administrator-1")).toThrow(message);
  });
});

test("a long phrase in any script will do", () => {
  expect(() => checkNewPassword("wer zu spät kommt", "ada")).not.toThrow();
  expect(() => checkNewPassword("長い秘密の言葉は覚えやすい", "ada")).not.toThrow();
});

test("a password is the same however its accents are composed", async () => {
  const hash = await hashPassword("crème brûlée au four".normalize("NFC"));
  expect(await verifyPassword(hash, "crème brûlée au four".normalize("NFD"))).toBe(true);
  expect(await verifyPassword(hash, "creme brulee au four")).toBe(false);
});

test("without a user the answer is no, after as much work as with one", async () => {
  const hash = await hashPassword("a winter's tale of two");
  const millisecondsOf = async (against: string | null) => {
    const samples: number[] = [];
    for (let round = 0; round < 7; round++) {
      const from = performance.now();
      expect(await verifyPassword(against, "a wrong password")).toBe(false);
      samples.push(performance.now() - from);
    }
    return Math.min(...samples);
  };
  const [known, unknown] = [await millisecondsOf(hash), await millisecondsOf(null)];
  expect(unknown).toBeGreaterThan(known / 3);
  expect(unknown).toBeLessThan(known * 3);
});

test("generated passwords differ and are long enough", () => {
  const passwords = new Set(Array.from({ length: 1000 }, generatePassword));
  expect(passwords.size).toBe(1000);
  for (const password of passwords) expect(() => checkNewPassword(password, "admin")).not.toThrow();
});
