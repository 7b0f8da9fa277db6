import type { Metadata } from "next";
import {
  changePasswordAction,
  confirmTwoStepAction,
  endOtherSessionsAction,
  endSessionAction,
  endTwoStepAction,
  renewRecoveryCodesAction,
  startTwoStepAction,
} from "@/app/(dashboard)/account/actions";
import { readAccount } from "@/app/(dashboard)/account/read-account";
import { requireUser } from "@/app/session";
import { AccountActionsProvider } from "@/components/account/account-actions";
import { PasswordCard } from "@/components/account/password-card";
import { SessionCard } from "@/components/account/session-list";
import { TwoStepCard } from "@/components/account/two-step-card";
import { PageHead } from "@/components/ui/page-head";

export const metadata: Metadata = { title: "Account" };

const ACTIONS = {
  changePassword: changePasswordAction,
  endSession: endSessionAction,
  endOtherSessions: endOtherSessionsAction,
  startTwoStep: startTwoStepAction,
  confirmTwoStep: confirmTwoStepAction,
  renewRecoveryCodes: renewRecoveryCodesAction,
  endTwoStep: endTwoStepAction,
};

export default async function AccountPage() {
  const user = await requireUser("/account");
  const now = new Date();
  const { sessions, twoStep } = await readAccount(user, now);
  const role = user.role === "admin" ? "an administrator" : "a viewer";
  return (
    <AccountActionsProvider actions={ACTIONS}>
      <PageHead title="Account" note={`You are ${user.username}, ${role}.`} />
      <div className="grid max-w-5xl gap-4 lg:grid-cols-2">
        <PasswordCard username={user.username} />
        <TwoStepCard
          isOn={twoStep.isOn}
          since={twoStep.since?.getTime() ?? null}
          recoveryCodesLeft={twoStep.recoveryCodesLeft}
        />
        <SessionCard sessions={sessions} now={now.getTime()} className="lg:col-span-2" />
      </div>
    </AccountActionsProvider>
  );
}
