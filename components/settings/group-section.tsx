import { RuleSetting } from "@/components/settings/rule-setting";
import type { ShownGroup } from "@/components/settings/shown-settings";
import { ThresholdField } from "@/components/settings/threshold-field";

/** The rules of one kind. */
export function GroupSection({ group: { id, title, note, shared, rules } }: { group: ShownGroup }) {
  return (
    <section aria-labelledby={`group-${id}`} className="scroll-mt-18" id={id}>
      <div className="mb-2 flex flex-wrap items-baseline gap-x-2">
        <h2 id={`group-${id}`} className="text-base font-semibold">
          {title}
        </h2>
        <p className="text-muted">{note}</p>
      </div>
      <div className="rounded-card border border-line bg-surface">
        {shared.length > 0 && (
          <div className="px-4 py-3">
            <p className="mb-2 font-medium">For all rules of this group</p>
            {shared.map((threshold) => (
              <ThresholdField key={threshold.name} threshold={threshold} />
            ))}
          </div>
        )}
        {rules.map((rule) => (
          <RuleSetting key={rule.id} rule={rule} />
        ))}
      </div>
    </section>
  );
}
