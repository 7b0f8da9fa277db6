import { createInterface } from "node:readline";
import { CommandError } from "@/cli/failure";

/** A terminal, or what a test puts in its place. */
export type Terminal = {
  input: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?: (mode: boolean) => unknown };
  output: { write(text: string): unknown };
};

const terminal: Terminal = { input: process.stdin, output: process.stderr };

/**
 * Asks for a new password twice, without showing it. Null where nothing was typed.
 * @throws CommandError where the two differ or Ctrl-C was pressed.
 */
export async function askNewPassword(on: Terminal = terminal): Promise<string | null> {
  const password = await readHidden("New password (empty: one is made for you): ", on);
  if (password === "") return null;
  if ((await readHidden("The same again: ", on)) === password) return password;
  throw new CommandError("The two passwords are not the same: nothing was changed.", 2);
}

/** The first line of standard input, for scripts. */
export async function readPasswordLine(input: NodeJS.ReadableStream = process.stdin): Promise<string> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new CommandError("There is no password on standard input.", 2);
}

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";
const ERASE = new Set(["\u0008", "\u007f"]);

async function readHidden(question: string, { input, output }: Terminal): Promise<string> {
  output.write(question);
  input.setRawMode?.(true);
  input.setEncoding("utf8");
  input.resume();
  try {
    return await new Promise((resolve, reject) => {
      let typed: string[] = [];
      const onData = (text: string) => {
        for (const key of text) {
          if (key === "\r" || key === "\n" || key === CTRL_D) return end(() => resolve(typed.join("")));
          if (key === CTRL_C) return end(() => reject(new CommandError("Nothing was changed.", 1)));
          if (key === CTRL_U) typed = [];
          else if (ERASE.has(key)) typed.pop();
          else typed.push(key);
        }
      };
      const end = (finish: () => void) => {
        input.off("data", onData);
        finish();
      };
      input.on("data", onData);
      input.once("end", () => end(() => resolve(typed.join(""))));
    });
  } finally {
    input.setRawMode?.(false);
    input.pause();
    output.write("\n");
  }
}
