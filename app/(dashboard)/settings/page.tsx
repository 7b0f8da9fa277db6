import type { Metadata } from "next";
import { saveSettingsAction } from "@/app/(dashboard)/settings/actions";
import { readSettingsPage } from "@/app/(dashboard)/settings/read-settings-page";
import { requireUser } from "@/app/session";
import { ModeLegend } from "@/components/settings/mode-legend";
import { SettingsForm } from "@/components/settings/settings-form";
import { PageHead } from "@/components/ui/page-head";

export const metadata: Metadata = { title: "Settings" };

// Not streamed: what is typed and not saved must not be lost to a skeleton when the page is fetched again.
export default async function SettingsPage() {
  const user = await requireUser("/settings");
  const now = new Date();
  const groups = await readSettingsPage(now);
  const rules = groups.flatMap((group) => group.rules);
  const counts: Record<string, number> = {};
  for (const { mode } of rules) counts[mode] = (counts[mode] ?? 0) + 1;
  return (
    <>
      <PageHead
        title="Settings"
        note={`The ${rules.length} rules of detection: when each one fires, and what follows.`}
      />
      <div className="grid gap-6 lg:grid-cols-[9rem_minmax(0,1fr)]">
        <nav aria-label="Kinds of rules" className="max-lg:hidden">
          <ul className="sticky top-20 flex flex-col gap-0.5">
            {groups.map(({ id, title }) => (
              <li key={id}>
                <a
                  href={`#${id}`}
                  className="flex h-8 items-center rounded-md px-2.5 text-muted hover:bg-sunken hover:text-ink"
                >
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="flex min-w-0 max-w-4xl flex-col gap-6">
          <ModeLegend counts={counts} />
          <SettingsForm
            groups={groups}
            now={now.getTime()}
            save={user.role === "admin" ? saveSettingsAction : null}
          />
        </div>
      </div>
    </>
  );
}
