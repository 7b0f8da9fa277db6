import type { Metadata } from "next";
import { askForRunAction } from "@/app/(dashboard)/jobs/actions";
import { readJobsPage } from "@/app/(dashboard)/jobs/read-jobs-page";
import { RunHistory } from "@/app/(dashboard)/jobs/run-history";
import { jobsPath, readRunsAsked } from "@/app/(dashboard)/jobs/runs-query";
import { requireUser } from "@/app/session";
import { BacklogCard } from "@/components/jobs/backlog-card";
import { FoundCard } from "@/components/jobs/found-card";
import { JobRow } from "@/components/jobs/job-row";
import { KeepFresh } from "@/components/jobs/keep-fresh";
import { isUnderWay } from "@/components/jobs/shown-job";
import { Card } from "@/components/ui/card";
import { PageHead } from "@/components/ui/page-head";
import type { SearchParams } from "@/lib/request-filter";

export const metadata: Metadata = { title: "Jobs" };

/** Seconds between two looks: often while somebody waits for a run, seldom where each look costs money. */
const LOOK_SECONDS = { waiting: 1, scheduler: 5, inngest: 20 } as const;

// Not streamed: a page that fetches itself again and again must not fall back to a skeleton.
export default async function JobsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const asked = readRunsAsked(await searchParams);
  const user = await requireUser(jobsPath(asked));
  const now = new Date();
  const { jobs, runner, backlog, backlogWords, hours, rules } = await readJobsPage(now);
  const at = now.getTime();
  const isWaiting = jobs.some((job) => isUnderWay(job, at));
  const failing = jobs.filter(({ lastRun }) => lastRun?.failingSince != null);
  const ask = user.role === "admin" ? askForRunAction : null;
  return (
    <>
      <KeepFresh everySeconds={LOOK_SECONDS[isWaiting ? "waiting" : runner]} />
      <PageHead title="Jobs" note={noteOf(failing.length, runner)} />
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 lg:grid-cols-12">
          <Card title="What runs by itself" flush className="lg:col-span-7 xl:col-span-8">
            <ul className="flex flex-col">
              {[...failing, ...jobs.filter((job) => !failing.includes(job))].map((job) => (
                <JobRow key={job.id} job={job} now={at} runner={runner} ask={ask} />
              ))}
            </ul>
          </Card>
          <div className="flex min-w-0 flex-col gap-4 lg:col-span-5 xl:col-span-4">
            <BacklogCard backlog={backlog} words={backlogWords} />
            <FoundCard hours={hours} rules={rules} />
          </div>
        </div>
        <RunHistory asked={asked} now={now} />
      </div>
    </>
  );
}

function noteOf(failing: number, runner: "scheduler" | "inngest"): string {
  const who = runner === "inngest" ? "Inngest runs them." : "The scheduler of this machine runs them.";
  if (failing === 0) return `Every job does its work. ${who}`;
  return failing === 1 ? `One job fails. ${who}` : `${failing} jobs fail. ${who}`;
}
