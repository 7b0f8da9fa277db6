"use client";

import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { GroupSection } from "@/components/settings/group-section";
import { SaveBar } from "@/components/settings/save-bar";
import { SettingsContext } from "@/components/settings/settings-context";
import { changesOf } from "@/components/settings/settings-draft";
import type { SaveSettings, ShownGroup } from "@/components/settings/shown-settings";
import { useSettingsDraft } from "@/components/settings/use-settings-draft";
import { formatPlural } from "@/lib/format";

type Props = {
  groups: readonly ShownGroup[];
  now: number;
  /** Null for a viewer. */
  save: SaveSettings | null;
};

/** All rules with what can be set about them; changes are gathered and saved together. */
export function SettingsForm({ groups, now, save }: Props) {
  const { draft, isDirty, isRestored, change, clear } = useSettingsDraft(
    (kept) => changesOf(groups, kept).count > 0,
  );
  const [isPending, startTransition] = useTransition();
  const [refusal, setRefusal] = useState<{ message: string; problems: Record<string, string> } | null>(null);
  const changes = changesOf(groups, draft);
  const wrong = Object.keys(changes.problems).length;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!save || changes.count === 0) return;
    const form = event.currentTarget;
    if (wrong > 0) return focusFirstProblem(form);
    startTransition(async () => {
      const outcome = await save({ thresholds: changes.thresholds, modes: changes.modes }).catch(() => ({
        ok: false as const,
        message: "The server did not answer: nothing is known to be saved. Try again in a moment.",
        problems: {},
      }));
      if (!outcome.ok) return setRefusal(outcome);
      toast(`Saved ${formatPlural(changes.count, "change")}`, {
        description: "In force from the next detection on.",
      });
      setRefusal(null);
      clear();
    });
  };

  const editing = {
    canChange: save !== null,
    now,
    draft,
    changes,
    refused: refusal?.problems ?? {},
    setValue: (name: string, value: string | readonly string[]) => {
      setRefusal(null);
      change({ ...draft, values: { ...draft.values, [name]: value } });
    },
    setMode: (rule: string, mode: (typeof draft.modes)[string]) => {
      setRefusal(null);
      change({ ...draft, modes: { ...draft.modes, [rule]: mode } });
    },
  };
  return (
    <SettingsContext value={editing}>
      <form onSubmit={submit} noValidate className="flex min-w-0 flex-col gap-6">
        {groups.map((group) => (
          <GroupSection key={group.id} group={group} />
        ))}
        {isDirty && save && (
          <SaveBar
            count={changes.count}
            wrong={wrong}
            isRestored={isRestored}
            isPending={isPending}
            refusal={refusal?.message ?? null}
            onDiscard={() => {
              setRefusal(null);
              clear();
            }}
          />
        )}
      </form>
    </SettingsContext>
  );
}

function focusFirstProblem(form: HTMLFormElement): void {
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}
