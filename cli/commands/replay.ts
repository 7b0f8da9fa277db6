import { type Command, Option } from "commander";
import { factor, siteUrl, wholeNumber } from "@/cli/option-values";
import type { ReplayCommandOptions } from "@/cli/replay/command";

export function registerReplay(program: Command): void {
  program
    .command("replay")
    .description("send each request of an access log (common or combined, .gz too) to a running Gatehouse")
    .argument("<file...>", "the logs, in the order in which they are sent; - for standard input")
    .option(
      "--url <url>",
      "where it runs (default: the Gatehouse of this folder, or http://127.0.0.1:3000)",
      siteUrl,
    )
    .option("--speed <n>", "at n times the log's own pace (default: as fast as it goes)", factor)
    .option("--limit <n>", "send n requests at the most", wholeNumber)
    .option(
      "--concurrency <n>",
      "connections at the same time; 1 keeps the order to the last",
      wholeNumber,
      16,
    )
    .addOption(
      new Option(
        "--times <which>",
        "record arrival times, or the log's own, moved so that its last request is now",
      )
        .choices(["now", "shifted"])
        .default("now"),
    )
    .option("--allow-remote", "send to a site that is not this machine")
    .action(async (files: string[], options: ReplayCommandOptions) => {
      const { replayFromCommand } = await import("@/cli/replay/command");
      await replayFromCommand(files, options);
    });
}
