"use client";

import { useState } from "react";
import { toast } from "sonner";
import { useAccountActions } from "@/components/account/account-actions";
import { PasswordField } from "@/components/account/fields";
import { StepForm } from "@/components/account/step-form";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";

/** The own password, and the way to another one. */
export function PasswordCard({ username }: { username: string }) {
  const { changePassword } = useAccountActions();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const done = () => {
    close();
    toast("Your password is changed", { description: "Every other session of yours has ended." });
  };
  return (
    <Card title="Password">
      <p className="text-pretty text-muted">
        A new password works at once and ends your sessions in all other browsers.
      </p>
      <div className="mt-auto pt-4">
        <Dialog
          title="Change your password"
          trigger={<Button>Change password</Button>}
          isOpen={isOpen}
          onOpenChange={setOpen}
        >
          <StepForm
            ask={(field) => changePassword(field("present"), field("next"))}
            onDone={done}
            onCancel={close}
            verb="Change password"
            busy="Changing …"
          >
            {/* Lets a password manager know whose password it is. */}
            <input
              type="text"
              name="username"
              autoComplete="username"
              defaultValue={username}
              hidden
              readOnly
            />
            <PasswordField name="present" label="Present password" />
            <PasswordField
              name="next"
              label="New password"
              hint="At least 12 characters; a few unrelated words are easy to keep and hard to guess."
              isNew
            />
          </StepForm>
        </Dialog>
      </div>
    </Card>
  );
}
