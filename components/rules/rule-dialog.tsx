"use client";

import { OctagonAlert } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useState, useTransition } from "react";
import { useRuleActions } from "@/components/rules/rule-actions";
import { type ChosenDuration, DurationFields, ReasonFields, Segments } from "@/components/rules/rule-fields";
import { announceSaved } from "@/components/rules/rule-toasts";
import { DURATION_WORDS, effectSentence, RULE_WORDS } from "@/components/rules/rule-words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { controlClass, Field } from "@/components/ui/field";
import type { RuleAction } from "@/db/ip-rules";
import { formatPlural, formatTime } from "@/lib/format";
import { endOf } from "@/lib/rule-duration";

/** A visitor whom a row of a table shows; `target` is the address, or the hash where that is all there is. */
export type RuleVisitor = { target: string; ipHash: string; network: string; handle: string };

type Props = {
  action: RuleAction;
  /** Null where the reader types the target. */
  visitor: RuleVisitor | null;
  trigger: ReactNode;
};

/** Blocks or allows: whom, for how long, why, and what will happen. */
export function RuleDialog({ action, visitor, trigger }: Props) {
  const [isOpen, setOpen] = useState(false);
  const { verb } = RULE_WORDS[action];
  return (
    <Dialog
      title={visitor ? `${verb} a visitor` : `${verb} an address`}
      description={visitor?.handle}
      trigger={trigger}
      isOpen={isOpen}
      onOpenChange={setOpen}
    >
      <RuleForm action={action} visitor={visitor} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

function RuleForm({ action, visitor, onDone }: Omit<Props, "trigger"> & { onDone: () => void }) {
  const actions = useRuleActions();
  const [isPending, startTransition] = useTransition();
  const [scope, setScope] = useState<"visitor" | "network">("visitor");
  const [typed, setTyped] = useState("");
  const [duration, setDuration] = useState<ChosenDuration>(action === "block" ? "24h" : "forever");
  const [refusal, setRefusal] = useState<{ message: string; mayForce: boolean } | null>(null);
  const { verb } = RULE_WORDS[action];
  const target = visitor ? (scope === "visitor" ? visitor.target : visitor.network) : typed;
  const shown = visitor
    ? scope === "visitor"
      ? visitor.handle
      : visitor.network
    : typed.trim() || "the address";

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    startTransition(async () => {
      const outcome = await actions.save(form);
      if (!outcome.ok) return setRefusal(outcome);
      onDone();
      announceSaved(action, outcome, actions);
    });
  };

  const end = duration === "keep" || duration === "until" ? undefined : endOf(duration, new Date());
  const after = duration === "keep" || duration === "until" ? "" : ` ${DURATION_WORDS[duration].after}`;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <input type="hidden" name="action" value={action} />
      {visitor ? (
        <>
          <input type="hidden" name="target" value={target} />
          <input type="hidden" name="network" value={visitor.network} />
          <TargetChoice visitor={visitor} scope={scope} onChange={setScope} />
        </>
      ) : (
        <Field id="rule-target" label="Address or range" hint="192.0.2.7, 192.0.2.0/24 or 2001:db8::/48">
          <input
            id="rule-target"
            name="target"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            required
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            aria-describedby="rule-target-note"
            className={`${controlClass} font-mono`}
          />
        </Field>
      )}
      <DurationFields value={duration} onChange={setDuration} />
      <ReasonFields action={action} reason="" note="" />
      <p className="text-xs text-pretty text-muted">
        {effectSentence(
          action,
          shown,
          end === undefined ? "the time above" : end && formatTime(end, "minute"),
        )}
      </p>
      {refusal && <Refusal {...refusal} verb={verb} />}
      <div className="flex justify-end gap-2 max-md:flex-col-reverse">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look={action === "block" ? "danger" : "primary"} disabled={isPending}>
          {isPending ? "Saving …" : `${verb}${after}`}
        </Button>
      </div>
    </form>
  );
}

/** Why a rule was not saved, and where it may be asked for again with emphasis, how. */
export function Refusal({ message, mayForce, verb }: { message: string; mayForce: boolean; verb: string }) {
  return (
    <div role="alert" className="rounded-md bg-blocked-soft px-3 py-2 text-blocked">
      <p className="flex gap-2 text-pretty">
        <OctagonAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
        {message}
      </p>
      {mayForce && (
        <label className="mt-2 flex items-center gap-2 font-medium">
          <input type="checkbox" name="force" className="size-4 accent-current" />
          {verb} it all the same
        </label>
      )}
    </div>
  );
}

/** This address or its network, and how many others a block of that would hit. */
export function TargetChoice({
  visitor,
  scope,
  onChange,
}: {
  visitor: RuleVisitor;
  scope: "visitor" | "network";
  onChange: (scope: "visitor" | "network") => void;
}) {
  const { countNeighbours } = useRuleActions();
  const [others, setOthers] = useState<number | null>(null);
  useEffect(() => {
    let isGone = false;
    const count = countNeighbours(visitor.network, visitor.ipHash).catch(() => null);
    void count.then((found) => !isGone && setOthers(found));
    return () => {
      isGone = true;
    };
  }, [countNeighbours, visitor.network, visitor.ipHash]);
  return (
    <div className="flex flex-col gap-1.5">
      <Segments
        legend="Target"
        name="scope"
        value={scope}
        onChange={onChange}
        choices={[
          {
            value: "visitor",
            label: visitor.network.includes(":") ? "This visitor (a /64)" : "This address",
          },
          { value: "network", label: `Its network ${visitor.network}` },
        ]}
      />
      <p className="min-h-4 text-xs text-faint">
        {others !== null &&
          (others === 0
            ? "Nobody else came from this network in 30 days."
            : `${formatPlural(others, "other visitor")} came from this network in 30 days.`)}
      </p>
    </div>
  );
}
