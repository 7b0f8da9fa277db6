"use client";

import { clsx } from "clsx";
import { useState } from "react";
import { DURATION_WORDS, RULE_WORDS } from "@/components/rules/rule-words";
import { controlClass, Field } from "@/components/ui/field";
import type { RuleAction } from "@/db/ip-rules";
import { RULE_DURATIONS, type RuleDuration } from "@/lib/rule-duration";

export type ChosenDuration = RuleDuration | "until" | "keep";

/** A row of choices of which one holds, as radio buttons that look like one control. */
export function Segments<Value extends string>({
  legend,
  name,
  choices,
  value,
  onChange,
}: {
  legend: string;
  name: string;
  choices: readonly { value: Value; label: string }[];
  value: Value;
  onChange: (value: Value) => void;
}) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-muted">{legend}</legend>
      <div className="flex flex-wrap gap-1.5">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className={clsx(
              "flex h-9 cursor-pointer items-center rounded-md border px-2.5 text-sm whitespace-nowrap max-md:h-10",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
              choice.value === value
                ? "border-inverse bg-inverse font-medium text-on-inverse"
                : "border-line bg-surface hover:bg-sunken",
            )}
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="sr-only"
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** How long a rule is to hold. A day of one's own choice is sent with the zone of the reader. */
export function DurationFields({
  value,
  onChange,
  keepLabel,
}: {
  value: ChosenDuration;
  onChange: (value: ChosenDuration) => void;
  /** What "as it is" means, where a rule is changed. */
  keepLabel?: string;
}) {
  const [until, setUntil] = useState("");
  const choices: { value: ChosenDuration; label: string }[] = [
    ...(keepLabel ? [{ value: "keep" as const, label: keepLabel }] : []),
    ...RULE_DURATIONS.map((duration) => ({ value: duration, label: DURATION_WORDS[duration].choice })),
    { value: "until", label: "Until …" },
  ];
  const instant = until && !Number.isNaN(Date.parse(until)) ? new Date(until).toISOString() : "";
  return (
    <div className="flex flex-col gap-2">
      <Segments legend="Duration" name="duration" choices={choices} value={value} onChange={onChange} />
      {value === "until" && (
        <Field id="rule-until" label="Day and time, in your zone">
          <input
            id="rule-until"
            type="datetime-local"
            required
            value={until}
            onChange={(event) => setUntil(event.target.value)}
            className={controlClass}
          />
          <input type="hidden" name="until" value={instant} />
        </Field>
      )}
    </div>
  );
}

/** Why a rule is made, with suggestions to choose from, and a note for colleagues. */
export function ReasonFields({
  action,
  reason: initial,
  note,
}: {
  action: RuleAction;
  reason: string;
  note: string;
}) {
  const [reason, setReason] = useState(initial);
  return (
    <>
      <div>
        <Field id="rule-reason" label="Reason">
          <input
            id="rule-reason"
            name="reason"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            maxLength={500}
            autoComplete="off"
            className={controlClass}
          />
        </Field>
        <div className="mt-1.5 flex flex-wrap gap-1.5">
          {RULE_WORDS[action].reasons.map((suggestion) => (
            <button
              key={suggestion}
              type="button"
              onClick={() => setReason(suggestion)}
              className="rounded border border-line px-2 py-0.5 text-xs text-muted hover:bg-sunken hover:text-ink max-md:py-1.5"
            >
              {suggestion}
            </button>
          ))}
        </div>
      </div>
      <Field id="rule-note" label="Note (for your colleagues, optional)">
        <input
          id="rule-note"
          name="note"
          defaultValue={note}
          maxLength={500}
          autoComplete="off"
          className={controlClass}
        />
      </Field>
    </>
  );
}
