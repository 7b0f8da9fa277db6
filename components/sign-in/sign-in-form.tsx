"use client";

import { OctagonAlert } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { CodeField } from "@/components/account/fields";
import { answerProblem, problemText } from "@/components/sign-in/problem";
import { Button } from "@/components/ui/button";
import { controlClass, Field } from "@/components/ui/field";

type Props = {
  next: string;
  problem: string | null;
  /** Without JavaScript the code is asked for beside the password. */
  asksCode: boolean;
};

/**
 * Signs in without leaving the page on a mistake, in a second step with a code where the user has that; without
 * JavaScript it is an ordinary form with the same outcome.
 */
export function SignInForm({ next, problem: initial, asksCode }: Props) {
  const [problem, setProblem] = useState(initial);
  const [isSending, setSending] = useState(false);
  const [step, setStep] = useState<"password" | "code">("password");
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { next: _, ...fields } = Object.fromEntries(new FormData(event.currentTarget));
    setSending(true);
    setProblem(null);
    let selected = "password";
    try {
      const answer = await fetch("/ip-tracking/login/", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(fields),
      });
      // A whole new page, so that nothing made for the visitor before is left.
      if (answer.ok) return location.assign(next);
      const body: unknown = answer.status === 401 ? await answer.json() : null;
      const wantsCode = typeof body === "object" && body !== null && "code" in body;
      if (wantsCode) selected = "code";
      if (wantsCode && !fields.code) setStep("code");
      else
        setProblem(
          wantsCode
            ? problemText("code-wrong")
            : answerProblem(answer.status, answer.headers.get("retry-after")),
        );
    } catch {
      setProblem("The server cannot be reached. Is the network there?");
    }
    setSending(false);
    form.current?.querySelector<HTMLInputElement>(`[name=${selected}]`)?.select();
  };
  const back = () => {
    setStep("password");
    setProblem(null);
  };

  const isCodeStep = step === "code";
  return (
    <form
      ref={form}
      action="/ip-tracking/login/"
      method="post"
      onSubmit={submit}
      className="flex flex-col gap-4"
    >
      <input type="hidden" name="next" value={next} />
      {problem && (
        <p role="alert" className="flex gap-2 rounded-md bg-blocked-soft px-3 py-2 text-pretty text-blocked">
          <OctagonAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {problem}
        </p>
      )}
      {/* In the second step they are there still, and sent again. */}
      <div hidden={isCodeStep} className="contents [&[hidden]]:hidden">
        <Field id="username" label="Username">
          <input
            id="username"
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            // biome-ignore lint/a11y/noAutofocus: the page is this form and nothing else.
            autoFocus
            className={controlClass}
          />
        </Field>
        <Field id="password" label="Password">
          <input
            id="password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            className={controlClass}
          />
        </Field>
      </div>
      {isCodeStep ? <CodeField accepts="choice" autoFocus /> : asksCode && <CodeField accepts="either" />}
      <Button type="submit" look="primary" disabled={isSending} className="mt-1">
        {isSending ? "Signing in …" : "Sign in"}
      </Button>
      {isCodeStep && (
        <Button look="bare" onClick={back}>
          Back to the password
        </Button>
      )}
    </form>
  );
}
