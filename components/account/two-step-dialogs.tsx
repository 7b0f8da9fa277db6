"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useAccountActions } from "@/components/account/account-actions";
import { CodeField, PasswordField } from "@/components/account/fields";
import { RecoveryCodes } from "@/components/account/recovery-codes";
import { StepForm } from "@/components/account/step-form";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

/** New recovery codes instead of the old ones. */
export function RenewCodesDialog() {
  const { renewRecoveryCodes } = useAccountActions();
  const [isOpen, setOpen] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const change = (open: boolean) => {
    if (open) setCodes(null);
    setOpen(open);
  };
  const close = () => change(false);
  return (
    <Dialog
      title={codes ? "Keep your recovery codes" : "Make new recovery codes"}
      trigger={<Button>New recovery codes</Button>}
      isOpen={isOpen}
      onOpenChange={change}
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={close} />
      ) : (
        <StepForm
          ask={(field) => renewRecoveryCodes(field("password"), field("code"))}
          onDone={setCodes}
          onCancel={close}
          verb="Make new codes"
          busy="Making …"
        >
          <p className="text-pretty text-muted">The old ones work no more from then on.</p>
          <PasswordField name="password" label="Present password" />
          <CodeField accepts="choice" />
        </StepForm>
      )}
    </Dialog>
  );
}

/** The way back to the password alone. */
export function TurnOffDialog() {
  const { endTwoStep } = useAccountActions();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const done = () => {
    close();
    toast("Two-step sign-in is off", { description: "Your password alone signs you in from now on." });
  };
  return (
    <Dialog
      title="Turn off two-step sign-in"
      trigger={<Button>Turn off</Button>}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      <StepForm
        ask={(field) => endTwoStep(field("password"), field("code"))}
        onDone={done}
        onCancel={close}
        verb="Turn off"
        busy="Turning off …"
        look="danger"
      >
        <p className="text-pretty text-muted">
          Your password alone signs you in from then on. The secret in your app and the recovery codes are
          worth nothing any more.
        </p>
        <PasswordField name="password" label="Present password" />
        <CodeField accepts="choice" />
      </StepForm>
    </Dialog>
  );
}
