import { SCANNER_MARKS } from "@/lib/detection/data/scanner-agents";
import type { RuleMatch, SignalFamily } from "@/lib/detection/signals/family";
import { classifyUserAgent } from "@/lib/user-agent";

const MEMORY_SIZE_MAX = 2_000;
const memory = new Map<string, RuleMatch | null>();

/** The user agent names a program whose trade is looking for weaknesses. */
export const scannerAgent: SignalFamily = {
  signal: "scanner-agent",
  find({ source, agent }) {
    const known = memory.get(agent);
    if (known !== undefined) return known;
    const found = nameIn(source.userAgent, agent);
    // The same few agents come again and again; a visitor that changes his cannot make this grow.
    if (memory.size >= MEMORY_SIZE_MAX) memory.clear();
    memory.set(agent, found);
    return found;
  },
};

function nameIn(userAgent: string, agent: string): RuleMatch | null {
  if (agent === "" || agent === "-") return null;
  const { class: kind, name } = classifyUserAgent(userAgent);
  if (kind === "scanner") return { rule: name, evidence: userAgent };
  const mark = SCANNER_MARKS.find((text) => agent.includes(text));
  return mark === undefined ? null : { rule: mark.replace(/\W+$/, ""), evidence: userAgent };
}
