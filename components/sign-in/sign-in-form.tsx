"use client";

import { OctagonAlert } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { answerProblem } from "@/components/sign-in/problem";
import { Button } from "@/components/ui/button";
import { controlClass, Field } from "@/components/ui/field";

/** Signs in without leaving the page on a mistake; without JavaScript it is an ordinary form with the same outcome. */
export function SignInForm({ next, problem: initial }: { next: string; problem: string | null }) {
  const [problem, setProblem] = useState(initial);
  const [isSending, setSending] = useState(false);
  const password = useRef<HTMLInputElement>(null);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setSending(true);
    setProblem(null);
    try {
      const answer = await fetch("/ip-tracking/login/", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ username: fields.get("username"), password: fields.get("password") }),
      });
      // A whole new page, so that nothing made for the visitor before is left.
      if (answer.ok) return location.assign(next);
      setProblem(answerProblem(answer.status, answer.headers.get("retry-after")));
    } catch {
      setProblem("The server cannot be reached. Is the network there?");
    }
    setSending(false);
    password.current?.select();
  };

  return (
    <form action="/ip-tracking/login/" method="post" onSubmit={submit} className="flex flex-col gap-4">
      <input type="hidden" name="next" value={next} />
      {problem && (
        <p role="alert" className="flex gap-2 rounded-md bg-blocked-soft px-3 py-2 text-pretty text-blocked">
          <OctagonAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
          {problem}
        </p>
      )}
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
          ref={password}
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          className={controlClass}
        />
      </Field>
      <Button type="submit" look="primary" disabled={isSending} className="mt-1">
        {isSending ? "Signing in …" : "Sign in"}
      </Button>
    </form>
  );
}
