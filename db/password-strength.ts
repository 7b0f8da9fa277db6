import { readEnv } from "@/lib/env";

/**
 * Guesses that a password must withstand: at the cost of its hash about a month of work for a hundred cores. The most
 * common 50,000 passwords, their variants, dates, keyboard patterns, repetitions and what names the user fall below.
 */
export const GUESSES_MIN = 1e9;

// The estimate takes longer with every character; what follows can only add guesses.
const ESTIMATED_LENGTH_MAX = 64;

type Estimator = { check(password: string, userInputs: string[]): { guesses: number } };
let estimator: Promise<Estimator> | null = null;

// 19 MB and a fifth of a second, for who sets a password: nobody else pays for it.
async function load(): Promise<Estimator> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}

/**
 * About how many guesses a password takes of somebody who knows the user's name and the site's (zxcvbn, USENIX Security
 * 2016). The word lists are loaded at the first call.
 */
export async function guessesOf(password: string, username: string): Promise<number> {
  estimator ??= load();
  const site = readEnv().SITE_NAME.split(/\s+/);
  const inputs = [username, ...username.split(/[._@+-]+/), "gatehouse", ...site].filter(
    (word) => word.length > 2,
  );
  return (await estimator).check(password.slice(0, ESTIMATED_LENGTH_MAX), inputs).guesses;
}
