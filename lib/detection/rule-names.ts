import { type RuleId, VISITOR_RULES } from "@/lib/detection/rules";

/** How people speak of a rule: its title and what it looks for. */
export type RuleName = { title: string; description: string };

/** Those that look at more than one visitor. */
const WIDER: readonly (readonly [RuleId, RuleName])[] = [
  [
    "credential-stuffing",
    {
      title: "Credential stuffing",
      description:
        "Many visitors or many names of one network fail at the login: a list of stolen passwords is tried.",
    },
  ],
  [
    "traffic-spike",
    {
      title: "Traffic spike",
      description: "The site has far more requests than usual at this hour of the week.",
    },
  ],
  [
    "distributed",
    {
      title: "Distributed",
      description: "Several suspicious visitors of one network: it is proposed as a whole.",
    },
  ],
];

const NAMES: ReadonlyMap<string, RuleName> = new Map([
  ...VISITOR_RULES.map(({ id, title, description }) => [id, { title, description }] as const),
  ...WIDER,
]);

/** The name of a rule; of one that there is no more, its id. Brings all rules along: for the server, not for browsers. */
export function ruleName(rule: string): RuleName {
  return NAMES.get(rule) ?? { title: rule, description: "A rule that there is no more." };
}
