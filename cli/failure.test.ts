import { CommanderError, InvalidArgumentError } from "commander";
import { describe, expect, test } from "vitest";
import { CommandError, failureOf } from "@/cli/failure";
import { AppError } from "@/lib/errors";

const withCode = (code: string, message: string) => Object.assign(new Error(message), { code });

describe("how a command ends", () => {
  test("what cannot be understood is 2, what is refused or not found is 1, each with its sentence", () => {
    expect(failureOf(new AppError("bad-input", "no address"))).toEqual({
      exitCode: 2,
      message: "no address",
    });
    expect(failureOf(new AppError("conflict", "allowed"))).toEqual({ exitCode: 1, message: "allowed" });
    expect(failureOf(new AppError("not-found", "none"))).toEqual({ exitCode: 1, message: "none" });
    expect(failureOf(new CommandError("No.", 1, "Do this."))).toEqual({
      exitCode: 1,
      message: "No.\nDo this.",
    });
  });

  test("a wrong call is 2 and asking for help is 0; both are printed already", () => {
    expect(failureOf(new CommanderError(1, "commander.unknownCommand", "x"))).toEqual({
      exitCode: 2,
      message: "",
    });
    expect(failureOf(new InvalidArgumentError("x"))).toEqual({ exitCode: 2, message: "" });
    expect(failureOf(new CommanderError(0, "commander.helpDisplayed", "x"))).toEqual({
      exitCode: 0,
      message: "",
    });
  });

  test("a failed query shows the driver's reason, never the query with its parameters", () => {
    const refused = withCode("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:5432");
    const query = new Error("Failed query: select secret params: hunter2", { cause: refused });
    expect(failureOf(query)).toEqual({
      exitCode: 1,
      message: "The database does not answer (connect ECONNREFUSED 127.0.0.1:5432).",
    });
    const empty = new Error("Failed query", {
      cause: withCode("42P01", 'relation "ip_rules" does not exist'),
    });
    expect(failureOf(empty).message).toContain("npm start");
    const both = new AggregateError([refused]);
    expect(failureOf(Object.assign(both, { code: "ECONNREFUSED" })).message).toContain("127.0.0.1:5432");
  });
});
