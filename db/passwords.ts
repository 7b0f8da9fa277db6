import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { GUESSES_MIN, guessesOf } from "@/db/password-strength";
import { AppError } from "@/lib/errors";

export const PASSWORD_LENGTH_MIN = 12;
/** Characters beyond which a password is refused: what is hashed must be bounded. */
export const PASSWORD_LENGTH_MAX = 512;

/** Argon2id as OWASP's password storage cheat sheet recommends: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

// The hash of 24 random bytes that nobody kept: an unknown user costs the same work as a known one.
const NOBODY =
  "$argon2id$v=19$m=19456,t=2,p=1$EYEtrodOHMnBTUznWe3MJw$nhDZ9mswTmdOXm9uZpcJCPG5FlX4TsxtOkh6I8gK+fo";

// The same accented letter can be typed as one code point or as two (NIST SP 800-63B section 5.1.1.2).
const normalise = (password: string) => password.normalize("NFKC");

export function hashPassword(password: string): Promise<string> {
  return hash(normalise(password), COST);
}

/**
 * Whether the password is the one behind the hash. With null, for a user who does not exist or may not sign in, it
 * does the same work and answers false, so that the time it takes tells nothing.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const matches = await verify(passwordHash ?? NOBODY, normalise(password));
  return passwordHash !== null && matches;
}

/** Whether a hash was made at another cost than new ones are, so that it is made anew while the password is at hand. */
export function isHashOutdated(passwordHash: string): boolean {
  const { memoryCost, timeCost, parallelism } = COST;
  return !passwordHash.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
}

/**
 * Refuses a password that is too short or too easy to guess.
 * @throws AppError `bad-input` with the sentence to show.
 */
export async function checkNewPassword(password: string, username: string): Promise<void> {
  const length = [...normalise(password)].length;
  if (length < PASSWORD_LENGTH_MIN) {
    throw new AppError("bad-input", `A password needs at least ${PASSWORD_LENGTH_MIN} characters.`);
  }
  if (length > PASSWORD_LENGTH_MAX) {
    throw new AppError("bad-input", `A password has at most ${PASSWORD_LENGTH_MAX} characters.`);
  }
  const folded = normalise(password).trim().toLowerCase();
  if (folded === username.toLowerCase()) {
    throw new AppError("bad-input", "The password must not be the username.");
  }
  if ((await guessesOf(folded, username)) < GUESSES_MIN) {
    throw new AppError(
      "bad-input",
      "This password is among the first that anybody would try: take a few words that have nothing to do with each other.",
    );
  }
}

// Crockford's base 32: no letter looks like a digit, so that a password can be read from a screen and typed.
const BASE32 = "0123456789abcdefghjkmnpqrstvwxyz";
const GROUPS = 5;
const GROUP_LENGTH = 4;

/** A random password of 100 bits in readable groups, as `4kq9-0xw3-…`. */
export function generatePassword(): string {
  const letters = [...randomBytes(GROUPS * GROUP_LENGTH)].map((byte) => BASE32[byte % BASE32.length]);
  return Array.from({ length: GROUPS }, (_, at) =>
    letters.slice(at * GROUP_LENGTH, (at + 1) * GROUP_LENGTH).join(""),
  ).join("-");
}
