import { type Command, Option } from "commander";
import { commandActor } from "@/cli/actor";
import { withGatehouse } from "@/cli/environment";
import { durationSeconds, expiryOf, instant } from "@/cli/option-values";
import { nameTarget, sayWhatStandsAgainst, untilWhen } from "@/cli/rule-words";
import type { RuleAction } from "@/db/ip-rules";

type SaveOptions = {
  reason: string;
  for?: number;
  until?: Date;
  note?: string;
  network?: string;
  force?: boolean;
};

const TARGET = "an address, a CIDR range such as 203.0.113.0/24, or a visitor's hash";

/** The options that `block` and `allow` share. */
export function addSaveOptions(command: Command, defaultReason: string): Command {
  return command
    .argument("<target>", TARGET)
    .option("-r, --reason <text>", "why, for those who read the list later", defaultReason)
    .option("--for <duration>", "how long: 15m, 24h, 7d, 2w (default: for good)", durationSeconds)
    .addOption(
      new Option("--until <time>", "until when: 2027-03-01T18:00Z").argParser(instant).conflicts("for"),
    )
    .option("--note <text>", "anything else worth keeping")
    .option("--network <range>", "the network of a visitor's hash")
    .option("--force", "even where the target is protected");
}

/** Makes or changes the rule and says what holds from now on. */
export async function saveFromCommand(
  action: RuleAction,
  typed: string,
  options: SaveOptions,
): Promise<void> {
  await withGatehouse(async () => {
    const { saveRule } = await import("@/db/enforcement");
    const { reason, note, network, force } = options;
    const now = new Date();
    const draft = { action, target: typed, network, reason, note, force, expiresAt: expiryOf(options, now) };
    const { rule, outcome } = await saveRule(draft, commandActor());
    const done = action === "block" ? "Blocked" : "Allowed";
    const target = nameTarget(typed, rule.label);
    const until = untilWhen(rule.expiresAt, now);
    console.log(
      outcome === "created"
        ? `${done} ${target} ${until} (rule ${rule.id}).`
        : `Rule ${rule.id} updated: ${target} is ${done.toLowerCase()} ${until}.`,
    );
    if (action === "block" && force) await sayWhatStandsAgainst(typed, "block");
  });
}
