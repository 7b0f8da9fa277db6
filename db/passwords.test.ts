import { describe, expect, test } from "vitest";
import {
  checkNewPassword,
  generatePassword,
  hashPassword,
  isHashOutdated,
  verifyPassword,
} from "@/db/passwords";

describe("a password is refused", () => {
  test.each([
    ["shorter than 12 characters", "elevenchars", "at least 12"],
    ["empty", "", "at least 12"],
    ["short, though it takes more bytes", "🔑🔑🔑🔑🔑🔑🔑a", "at least 12"],
    ["longer than 512 characters", "ab1".repeat(171), "at most 512"],
    ["the username", "Administrator-1", "must not be the username"],
    ["among the most common", "Password1234", "first that anybody"],
    ["two characters over and over", "abababababab", "first that anybody"],
    ["a common one with signs for letters", "P@ssw0rd1234", "first that anybody"],
    ["along the keyboard", "1q2w3e4r5t6y", "first that anybody"],
    ["a season and a year", "Sommer2025!!!", "first that anybody"],
    ["a name and a year of birth", "jennifer1985", "first that anybody"],
    ["made of the username", "Administrator-1!23", "first that anybody"],
    ["made of the product's name", "Gatehouse-2026", "first that anybody"],
    ["something short twice", "letmeinletmein", "first that anybody"],
  ])("when it is %s", async (_name, password, message) => {
    await expect(checkNewPassword(password, "administrator-1")).rejects.toThrow(message);
  });
});

test.each(["wer zu spät kommt", "長い秘密の言葉は覚えやすい", "correct horse battery staple"])(
  "a long phrase in any script will do: %s",
  async (phrase) => {
    await expect(checkNewPassword(phrase, "ada")).resolves.toBeUndefined();
  },
);

test("a hash of another cost is made anew, one of this cost is not", async () => {
  expect(isHashOutdated(await hashPassword("a winter's tale of two"))).toBe(false);
  expect(isHashOutdated("$argon2id$v=19$m=9216,t=4,p=1$c2FsdA$aGFzaA")).toBe(true);
  expect(isHashOutdated("$argon2i$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA")).toBe(true);
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

test("generated passwords differ and are long enough", async () => {
  const passwords = new Set(Array.from({ length: 1000 }, generatePassword));
  expect(passwords.size).toBe(1000);
  for (const password of [...passwords].slice(0, 50)) await checkNewPassword(password, "admin");
});
