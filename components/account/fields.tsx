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

type CodeProps = {
  /**
   * `app`: six digits of an authenticator app. `choice`: a recovery code instead, where the reader asks for that.
   * `either`: both in one field, for pages without JavaScript.
   */
  accepts: "app" | "choice" | "either";
  autoFocus?: boolean;
};

const CODE_LABELS = {
  app: "Code of your authenticator app",
  recovery: "Recovery code",
  either: "Code of your authenticator app, or a recovery code",
};

/** A code of two-step sign-in. */
export function CodeField({ accepts, autoFocus = false }: CodeProps) {
  const id = useId();
  const [isRecovery, setRecovery] = useState(false);
  const kind = accepts === "either" ? "either" : isRecovery ? "recovery" : "app";
  const isApp = kind === "app";
  return (
    <div className="flex flex-col items-start gap-2">
      <Field id={id} label={CODE_LABELS[kind]} className="w-full">
        <input
          key={kind}
          id={id}
          name="code"
          inputMode={isApp ? "numeric" : "text"}
          autoComplete={kind === "recovery" ? "off" : "one-time-code"}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={20}
          placeholder={kind === "recovery" ? "xxxx-xxxx-xxxx" : "000000"}
          required
          // biome-ignore lint/a11y/noAutofocus: it is the one thing that is asked for here.
          autoFocus={autoFocus || isRecovery}
          className={clsx(controlClass, "font-mono tracking-widest")}
        />
      </Field>
      {accepts === "choice" && (
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
