"use client";

import { Plus, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useSettings } from "@/components/settings/settings-context";
import type { ShownThreshold } from "@/components/settings/shown-settings";
import { Origin } from "@/components/settings/threshold-field";
import { Button } from "@/components/ui/button";
import { controlClass } from "@/components/ui/field";
import { pathProblem } from "@/lib/detection/threshold-input";

/** A list of paths: each can be taken out, further ones put in, several at once where commas stand between them. */
export function PathsField({ threshold }: { threshold: ShownThreshold }) {
  const { canChange, draft, changes, refused, setValue } = useSettings();
  const [typed, setTyped] = useState("");
  const [typedProblem, setTypedProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const { name, label, sentence, value, fallback, origin } = threshold;
  const isFixed = origin === "environment";
  const kept = draft.values[name];
  const paths = Array.isArray(kept) && !isFixed ? (kept as string[]) : (value as readonly string[]);
  const id = `threshold-${name}`;
  const problem = typedProblem ?? changes.problems[name] ?? refused[name] ?? null;

  const add = () => {
    const added = typed
      .split(",")
      .map((path) => path.trim())
      .filter((path) => path !== "");
    const wrong = added.find((path) => pathProblem(path) !== null);
    if (added.length === 0) return setTypedProblem("Enter a path, such as /admin/.");
    if (wrong !== undefined) return setTypedProblem(`${wrong}: ${pathProblem(wrong)}`);
    setValue(name, [...new Set([...paths, ...added])]);
    setTyped("");
    setTypedProblem(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    // The form would be saved otherwise, without what is typed here.
    event.preventDefault();
    add();
  };
  const remove = (path: string) => {
    setValue(
      name,
      paths.filter((one) => one !== path),
    );
    input.current?.focus();
  };

  return (
    <fieldset className="min-w-0">
      <legend className="font-medium">{label}</legend>
      <p className="text-xs text-pretty text-muted">
        {sentence} <span className="text-faint">Default {(fallback as string[]).join(", ")}.</span>
      </p>
      <ul className="mt-2 flex flex-wrap gap-1.5">
        {paths.map((path) => (
          <li
            key={path}
            className="inline-flex min-h-7 max-w-full items-center gap-0.5 rounded-md border border-line bg-surface pr-0.5 pl-2 font-mono text-xs max-md:min-h-9"
          >
            <span className="min-w-0 py-1 pr-1 break-all">{path}</span>
            {canChange && !isFixed && (
              <button
                type="button"
                onClick={() => remove(path)}
                className="inline-flex size-6 shrink-0 items-center justify-center rounded text-faint hover:bg-sunken hover:text-ink max-md:size-8"
              >
                <X className="size-3.5" aria-hidden="true" />
                <span className="sr-only">Take {path} out</span>
              </button>
            )}
          </li>
        ))}
        {paths.length === 0 && <li className="text-xs text-faint">None: this rule finds nobody.</li>}
      </ul>
      {canChange && !isFixed && (
        <div className="mt-2 flex max-w-96 gap-2">
          <label htmlFor={id} className="sr-only">
            Further sensitive path
          </label>
          <input
            id={id}
            ref={input}
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setTypedProblem(null);
            }}
            onKeyDown={onKeyDown}
            placeholder="/intern/"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            aria-invalid={problem !== null}
            aria-describedby={problem ? `${id}-problem` : undefined}
            className={`${controlClass} font-mono`}
          />
          <Button onClick={add}>
            <Plus className="size-4" aria-hidden="true" />
            Add
          </Button>
        </div>
      )}
      {problem && (
        <p id={`${id}-problem`} role="alert" className="mt-1 text-xs text-pretty text-blocked">
          {problem}
        </p>
      )}
      <div className="mt-1.5">
        <Origin
          threshold={threshold}
          shown={paths}
          onReset={() => setValue(name, [...(fallback as string[])])}
        />
      </div>
    </fieldset>
  );
}
