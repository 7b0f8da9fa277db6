"use client";

import { createContext, type ReactNode, useContext } from "react";

/** What a server action on rules answers to the page: never an exception for what a person can put right. */
export type RuleOutcome =
  | {
      ok: true;
      ruleId: number;
      label: string;
      outcome: "created" | "updated" | "changed";
      isPublished: boolean;
    }
  | {
      ok: false;
      message: string /** The same can be asked for once more, with emphasis. */;
      mayForce: boolean;
    };

export type RuleActions = {
  save: (form: FormData) => Promise<RuleOutcome>;
  amend: (form: FormData) => Promise<RuleOutcome>;
  end: (id: number) => Promise<RuleOutcome>;
  restore: (id: number) => Promise<RuleOutcome>;
  /** Other visitors of a network in the last 30 days; null where it takes too long to count. */
  countNeighbours: (network: string, ipHash: string) => Promise<number | null>;
};

const Context = createContext<RuleActions | null>(null);

/** Hands the page's server actions to the buttons in it. */
export function RuleActionsProvider({ actions, children }: { actions: RuleActions; children: ReactNode }) {
  return <Context value={actions}>{children}</Context>;
}

export function useRuleActions(): RuleActions {
  const actions = useContext(Context);
  if (!actions) throw new Error("This button stands outside of RuleActionsProvider.");
  return actions;
}
