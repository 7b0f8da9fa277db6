"use client";

import { clsx } from "clsx";
import { Eye, EyeOff } from "lucide-react";
import { useId, useState } from "react";
import { controlClass, Field } from "@/components/ui/field";

type PasswordProps = { name: string; label: string; hint?: string; isNew?: boolean };

/** A password, which can be looked at while it is typed. */
export function PasswordField({ name, label, hint, isNew = false }: PasswordProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  return (
    <Field id={id} label={label} {...(hint ? { hint } : {})}>
      <span className="relative flex">
        <input
          id={id}
          name={name}
          type={isShown ? "text" : "password"}
          autoComplete={isNew ? "new-password" : "current-password"}
          autoCapitalize="none"
          spellCheck={false}
          required
          {...(hint ? { "aria-describedby": `${id}-note` } : {})}
          className={clsx(controlClass, "pr-10")}
        />
        <button
          type="button"
          onClick={() => setShown(!isShown)}
          aria-pressed={isShown}
          className="absolute inset-y-0 right-0 inline-flex w-10 items-center justify-center rounded-md text-faint hover:text-ink"
        >
          <Icon className="size-4" aria-hidden="true" />
          <span className="sr-only">Show the password</span>
        </button>
      </span>
    </Field>
  );
}

/** Six digits of an authenticator app, or, where `orRecovery` is set, a recovery code instead. */
export function CodeField({
  orRecovery = false,
  autoFocus = false,
}: {
  orRecovery?: boolean;
  autoFocus?: boolean;
}) {
  const id = useId();
  const [isRecovery, setRecovery] = useState(false);
  return (
    <div className="flex flex-col items-start gap-2">
      <Field
        id={id}
        label={isRecovery ? "Recovery code" : "Code of your authenticator app"}
        className="w-full"
      >
        <input
          key={isRecovery ? "recovery" : "app"}
          id={id}
          name="code"
          inputMode={isRecovery ? "text" : "numeric"}
          autoComplete={isRecovery ? "off" : "one-time-code"}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={isRecovery ? 20 : 8}
          placeholder={isRecovery ? "xxxx-xxxx-xxxx" : "000000"}
          required
          // biome-ignore lint/a11y/noAutofocus: it is the one thing that is asked for here.
          autoFocus={autoFocus || isRecovery}
          className={clsx(controlClass, "font-mono tracking-widest")}
        />
      </Field>
      {orRecovery && (
        <button
          type="button"
          onClick={() => setRecovery(!isRecovery)}
          className="rounded text-xs text-muted underline decoration-line-strong underline-offset-2 hover:text-ink"
        >
          {isRecovery ? "Use the authenticator app" : "Use a recovery code"}
        </button>
      )}
    </div>
  );
}
