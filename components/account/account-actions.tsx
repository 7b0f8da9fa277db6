"use client";

import { createContext, type ReactNode, useContext } from "react";

/** What a server action on the own account answers: never an exception for what a person can put right. */
export type AccountOutcome<T> = { ok: true; value: T } | { ok: false; message: string };

/** A QR code: modules a side, and the dark ones as a path of an SVG. */
export type QrPath = { size: number; path: string };
export type Enrolment = { secret: string; qr: QrPath };

export type AccountActions = {
  changePassword: (present: string, next: string) => Promise<AccountOutcome<null>>;
  endSession: (sessionId: string) => Promise<AccountOutcome<null>>;
  /** Answers how many sessions have ended. */
  endOtherSessions: () => Promise<AccountOutcome<number>>;
  startTwoStep: (password: string) => Promise<AccountOutcome<Enrolment>>;
  /** Answers the recovery codes. */
  confirmTwoStep: (code: string) => Promise<AccountOutcome<string[]>>;
  renewRecoveryCodes: (password: string, code: string) => Promise<AccountOutcome<string[]>>;
  endTwoStep: (password: string, code: string) => Promise<AccountOutcome<null>>;
};

const Context = createContext<AccountActions | null>(null);

/** Hands the page's server actions to the buttons in it. */
export function AccountActionsProvider({
  actions,
  children,
}: {
  actions: AccountActions;
  children: ReactNode;
}) {
  return <Context value={actions}>{children}</Context>;
}

export function useAccountActions(): AccountActions {
  const actions = useContext(Context);
  if (!actions) throw new Error("This button stands outside of AccountActionsProvider.");
  return actions;
}
