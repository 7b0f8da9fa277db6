import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { localPath } from "@/app/local-path";
import { currentUser } from "@/app/session";
import { SiteMark } from "@/components/shell/site-mark";
import { isCodeProblem, isSignInProblem, problemText } from "@/components/sign-in/problem";
import { SignInForm } from "@/components/sign-in/sign-in-form";
import { readEnv } from "@/lib/env";
import { firstValues, type SearchParams } from "@/lib/request-filter";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { next: asked, error } = firstValues(await searchParams);
  const next = localPath(asked);
  if (await currentUser()) redirect(next);
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-88">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <SiteMark className="size-9" />
          <h1 className="text-xl font-semibold">Sign in to {readEnv().SITE_NAME}</h1>
        </div>
        <div className="rounded-card border border-line bg-surface p-5">
          <SignInForm
            next={next}
            problem={isSignInProblem(error) ? problemText(error) : null}
            asksCode={isSignInProblem(error) && isCodeProblem(error)}
          />
        </div>
        <p className="mt-4 text-center text-xs text-pretty text-faint">
          Accounts are made by an administrator. The first one was printed when this server started for the
          first time.
        </p>
      </div>
    </main>
  );
}
