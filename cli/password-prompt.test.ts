import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { askNewPassword, readPasswordLine } from "@/cli/password-prompt";

/** A terminal at which somebody types these texts, one after each question. */
function terminalOf(...answers: string[]) {
  const input = new PassThrough();
  const modes: boolean[] = [];
  let shown = "";
  const output = {
    write(text: string) {
      shown += text;
      if (text.endsWith(": ")) setImmediate(() => input.write(answers.shift() ?? "\u0003"));
    },
  };
  const setRawMode = (mode: boolean) => modes.push(mode);
  return { terminal: { input: Object.assign(input, { setRawMode }), output }, modes, shown: () => shown };
}

describe("a password at a terminal", () => {
  test("is asked twice and never shown, and the terminal is left as it was", async () => {
    const { terminal, modes, shown } = terminalOf("correct horse\r", "correct horse\r");
    expect(await askNewPassword(terminal)).toBe("correct horse");
    expect(shown()).not.toContain("horse");
    expect(modes).toEqual([true, false, true, false]);
  });

  test("can be corrected while it is typed", async () => {
    const { terminal } = terminalOf("wrong\u0015correcx\u007ft horse\n", "correct horse\n");
    expect(await askNewPassword(terminal)).toBe("correct horse");
  });

  test("that is empty is none: one is made", async () => {
    expect(await askNewPassword(terminalOf("\r").terminal)).toBeNull();
  });

  test("that is typed differently the second time changes nothing", async () => {
    const { terminal } = terminalOf("correct horse\r", "correct house\r");
    await expect(askNewPassword(terminal)).rejects.toMatchObject({ exitCode: 2 });
  });

  test("is given up with Ctrl-C, which leaves the terminal usable", async () => {
    const { terminal, modes } = terminalOf("corr\u0003");
    await expect(askNewPassword(terminal)).rejects.toMatchObject({ exitCode: 1 });
    expect(modes.at(-1)).toBe(false);
  });
});

describe("a password on standard input", () => {
  const inputOf = (text: string) => {
    const input = new PassThrough();
    input.end(text);
    return input;
  };

  test("is the first line, without its end", async () => {
    expect(await readPasswordLine(inputOf("correct horse \r\nsecond\n"))).toBe("correct horse ");
    expect(await readPasswordLine(inputOf("correct horse"))).toBe("correct horse");
  });

  test("must be there", async () => {
    await expect(readPasswordLine(inputOf(""))).rejects.toMatchObject({ exitCode: 2 });
  });
});
