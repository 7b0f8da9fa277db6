"use client";

import { useState } from "react";
import { toast } from "sonner";
import { type Enrolment, useAccountActions } from "@/components/account/account-actions";
import { CodeField, PasswordField } from "@/components/account/fields";
import { QrCode } from "@/components/account/qr-code";
import { RecoveryCodes } from "@/components/account/recovery-codes";
import { StepForm } from "@/components/account/step-form";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";

type Stage =
  | { name: "password" }
  | { name: "code"; enrolment: Enrolment }
  | { name: "recovery"; codes: string[] };

const TITLES: Record<Stage["name"], string> = {
  password: "Turn on two-step sign-in",
  code: "Add it to your authenticator app",
  recovery: "Keep your recovery codes",
};

/**
 * Turns two-step sign-in on: the password, the secret and a first code of it, the recovery codes. It stays on the page
 * when its button is gone, for it is on already while the recovery codes are shown.
 */
export function EnrolDialog({ hasButton }: { hasButton: boolean }) {
  const { startTwoStep, confirmTwoStep } = useAccountActions();
  const [isOpen, setOpen] = useState(false);
  const [stage, setStage] = useState<Stage>({ name: "password" });
  const change = (open: boolean) => {
    if (open) setStage({ name: "password" });
    setOpen(open);
  };
  const close = () => change(false);
  const finish = () => {
    close();
    toast("Two-step sign-in is on", { description: "The next sign-in asks for a code." });
  };
  return (
    <Dialog
      title={TITLES[stage.name]}
      trigger={hasButton && <Button>Turn on</Button>}
      isOpen={isOpen}
      onOpenChange={change}
    >
      {stage.name === "password" && (
        <StepForm
          ask={(field) => startTwoStep(field("password"))}
          onDone={(enrolment) => setStage({ name: "code", enrolment })}
          onCancel={close}
          verb="Continue"
          busy="Checking …"
        >
          <p className="text-pretty text-muted">
            You need an authenticator app on your phone, such as Aegis, 2FAS, Google Authenticator or the one
            in your password manager.
          </p>
          <PasswordField name="password" label="Present password" />
        </StepForm>
      )}
      {stage.name === "code" && (
        <StepForm
          ask={(field) => confirmTwoStep(field("code"))}
          onDone={(codes) => setStage({ name: "recovery", codes })}
          onCancel={close}
          verb="Turn on"
          busy="Checking …"
        >
          <Secret enrolment={stage.enrolment} />
          <CodeField accepts="app" autoFocus />
        </StepForm>
      )}
      {stage.name === "recovery" && <RecoveryCodes codes={stage.codes} onDone={finish} />}
    </Dialog>
  );
}

function Secret({ enrolment: { secret, qr } }: { enrolment: Enrolment }) {
  const groups = secret.match(/.{1,4}/g) ?? [];
  return (
    <div className="flex gap-4 max-md:flex-col max-md:items-center">
      <QrCode qr={qr} label="QR code of the secret" />
      <div className="flex min-w-0 flex-col gap-2 text-pretty text-muted">
        <p>Scan this with the app, or type the secret into it:</p>
        <p className="flex items-start gap-1">
          <span className="font-mono text-sm break-words text-ink">{groups.join(" ")}</span>
          <CopyButton text={secret} label="Copy the secret" />
        </p>
        <p>Then enter the six digits that it shows.</p>
      </div>
    </div>
  );
}
