"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { SuspicionChange } from "@/db/suspicion-verbs";

/** What a server action on suspicious targets answers: never an exception for what a person can put right. */
export type SuspectOutcome = ({ ok: true } & SuspicionChange) | { ok: false; message: string };

export type SuspectVerb = "ignore" | "resolve" | "reopen" | "unblock";

export type SuspectActions = {
  /** Fields: `ids` (separated by commas), `duration`, `until`, `reason`, `note`, `scope`, `force`. */
  block: (form: FormData) => Promise<SuspectOutcome>;
  change: (verb: SuspectVerb, ids: number[]) => Promise<SuspectOutcome>;
  undo: (undo: SuspicionChange["undo"], endBlocks: boolean) => Promise<SuspectOutcome>;
  /** Asks for a detection over the last day. */
  detect: () => Promise<{ ok: boolean; message: string }>;
};

const Context = createContext<SuspectActions | null>(null);

/** Hands the page's server actions to the buttons in it. */
export function SuspectActionsProvider({
  actions,
  children,
}: {
  actions: SuspectActions;
  children: ReactNode;
}) {
  return <Context value={actions}>{children}</Context>;
}

export function useSuspectActions(): SuspectActions {
  const actions = useContext(Context);
  if (!actions) throw new Error("This button stands outside of SuspectActionsProvider.");
  return actions;
}
