import type { Command } from "commander";
import { withGatehouse } from "@/cli/environment";

type WhyOptions = { path: string; method: string; json?: boolean };

export function registerWhy(program: Command): void {
  program
    .command("why")
    .description("say what would happen to an address now, and which rule decides")
    .argument("<ip>", "the visitor's address")
    .option("--path <path>", "the path that is asked for", "/")
    .option("--method <method>", "the method", "GET")
    .option("--json", "as JSON")
    .action(showWhy);
}

async function showWhy(ip: string, { path, method, json }: WhyOptions): Promise<void> {
  await withGatehouse(async () => {
    const [{ explain }, { explanationLines }] = await Promise.all([
      import("@/db/why"),
      import("@/cli/why-words"),
    ]);
    const answer = await explain(ip, { path, method: method.toUpperCase() });
    console.log(json ? JSON.stringify(answer, null, 2) : explanationLines(answer, new Date()).join("\n"));
  });
}
