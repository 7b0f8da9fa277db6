import type { ReactNode } from "react";
import { controlClass, Field } from "@/components/ui/field";
import { VERDICTS } from "@/components/ui/verdict";
import { ACTIONS } from "@/lib/guard/verdict";
import { KINDS, type Kind, METHODS, type RequestFilter, STATUS_CLASSES } from "@/lib/request-filter";

/** A country that can be chosen. Named by the server: browsers know other names for some. */
export type Country = { code: string; name: string };

/** A filter with its span as text: what a server component can hand to a client component. */
export type ShownFilter = Omit<RequestFilter, "span"> & { from: string; to: string };

const STATUS_WORDS = {
  "2xx": "2xx success",
  "3xx": "3xx redirect",
  "4xx": "4xx refused",
  "5xx": "5xx failed",
};
const KIND_WORDS: Record<Kind, string> = {
  page: "Pages",
  api: "Interfaces (API)",
  data: "Data of pages",
  prefetch: "Fetched ahead",
  asset: "Files of pages",
};
const textField = {
  type: "search",
  autoCapitalize: "none",
  autoComplete: "off",
  spellCheck: false,
  className: `${controlClass} font-mono placeholder:font-sans`,
} as const;

export function AddressField({ value, problem }: { value: string; problem: string | null }) {
  return (
    <Field id="address" label="Address" problem={problem} className="col-span-2 md:col-span-5 xl:col-span-1">
      <input
        {...textField}
        id="address"
        name="address"
        data-filter=""
        defaultValue={value}
        placeholder="Address, range or handle"
        aria-invalid={problem !== null || undefined}
        aria-describedby={problem ? "address-note" : undefined}
      />
    </Field>
  );
}

/** All fields but the address. */
export function MoreFields({ filter, countries }: { filter: ShownFilter; countries: readonly Country[] }) {
  const { method } = filter;
  const isOdd = method !== null && !METHODS.some((known) => known === method);
  return (
    <>
      <Field id="path" label="Path" className="col-span-2 md:col-span-5 xl:col-span-1">
        <input
          {...textField}
          id="path"
          name="path"
          defaultValue={filter.path}
          placeholder="/docs, or a part"
          title="/docs: begins so. =/docs: exactly this. docs: anywhere in it."
        />
      </Field>
      <Choice id="verdict" label="Verdict" value={filter.verdict}>
        {ACTIONS.map((action) => (
          <option key={action} value={action}>
            {VERDICTS[action].word}
          </option>
        ))}
      </Choice>
      <Choice id="status" label="Status" value={filter.status}>
        {STATUS_CLASSES.map((status) => (
          <option key={status} value={status}>
            {STATUS_WORDS[status]}
          </option>
        ))}
      </Choice>
      <Choice id="kind" label="Kind" value={filter.kind}>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {KIND_WORDS[kind]}
          </option>
        ))}
      </Choice>
      <Choice id="method" label="Method" value={method}>
        {[...METHODS, ...(isOdd ? [method] : [])].map((each) => (
          <option key={each}>{each}</option>
        ))}
      </Choice>
      <Choice id="country" label="Country" value={filter.country}>
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </Choice>
    </>
  );
}

/** The span of time that the range at the top does not offer. */
export function TimeFields({ from, to }: { from: string; to: string }) {
  const minute = (instant: string) => instant.slice(0, 16);
  return (
    <details open={from !== ""} className="min-w-0">
      <summary className="flex h-9 items-center text-xs text-muted hover:text-ink">
        Another span of time …
      </summary>
      <div className="flex flex-wrap gap-3">
        <Field id="from" label="From (UTC)">
          <input
            id="from"
            name="from"
            type="datetime-local"
            defaultValue={minute(from)}
            className={controlClass}
          />
        </Field>
        <Field id="to" label="To (UTC)">
          <input id="to" name="to" type="datetime-local" defaultValue={minute(to)} className={controlClass} />
        </Field>
      </div>
    </details>
  );
}

function Choice({
  id,
  label,
  value,
  children,
}: {
  id: string;
  label: string;
  value: string | null;
  children: ReactNode;
}) {
  return (
    <Field id={id} label={label} className="max-md:last:col-span-2 md:col-span-2 xl:col-span-1">
      <select id={id} name={id} defaultValue={value ?? ""} className={controlClass}>
        <option value="">Any</option>
        {children}
      </select>
    </Field>
  );
}
