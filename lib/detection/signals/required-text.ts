/**
 * What a text must contain for a pattern to match: at least one of these. `null`: nothing can be said. Reads the syntax
 * that the lists use (literals, classes, groups, alternatives, quantifiers); whatever else stands for "anything".
 */
export type RequiredText = readonly string[] | null;

/** `exact`: all texts that a part matches, while they are few. `required`: what it must contain, otherwise. */
type Part = { readonly exact: readonly string[] | null; readonly required: RequiredText };

const EXACT_MAX = 48;
const ANYTHING: Part = { exact: null, required: null };
const NOTHING: Part = { exact: [""], required: null };

export function requiredText(pattern: RegExp): RequiredText {
  const reader = new Reader(pattern.source);
  const part = reader.alternatives();
  return part.exact === null ? part.required : usable(part.exact);
}

class Reader {
  #at = 0;
  constructor(private readonly source: string) {}

  alternatives(): Part {
    const branches = [this.#sequence()];
    while (this.#take("|")) branches.push(this.#sequence());
    if (branches.length === 1) return branches[0] as Part;
    const exact = union(branches.map((branch) => branch.exact));
    if (exact !== null && exact.length <= EXACT_MAX) return { exact, required: null };
    return { exact: null, required: union(branches.map(requirementOf)) };
  }

  #sequence(): Part {
    const known: RequiredText[] = [];
    let exact: readonly string[] = [""];
    let isWhole = true;
    while (this.#at < this.source.length && !"|)".includes(this.source[this.#at] as string)) {
      const part = this.#quantified();
      const joined = part.exact === null ? null : product(exact, part.exact);
      if (joined !== null) {
        exact = joined;
        continue;
      }
      known.push(usable(exact), part.required);
      exact = part.exact ?? [""];
      isWhole = false;
    }
    if (isWhole) return { exact, required: null };
    return { exact: null, required: best([...known, usable(exact)]) };
  }

  #quantified(): Part {
    const part = this.#atom();
    const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(this.source.slice(this.#at));
    if (quantifier === null) return part;
    this.#at += quantifier[0].length;
    const sign = quantifier[0][0];
    if (sign === "?" && part.exact !== null) return { exact: ["", ...part.exact], required: null };
    if (sign === "*" || sign === "?" || quantifier[1] === "0") return ANYTHING;
    return { exact: null, required: requirementOf(part) };
  }

  #atom(): Part {
    const sign = this.source[this.#at++] as string;
    if (sign === "(") return this.#group();
    if (sign === "[") return this.#class();
    if (sign === "^" || sign === "$") return NOTHING;
    if (sign === ".") return ANYTHING;
    return sign === "\\" ? this.#escape() : { exact: [sign], required: null };
  }

  #group(): Part {
    const look = /^\?(?:<?[=!])/.test(this.source.slice(this.#at));
    const opening = /^\?(?:<?[=!]|:)?/.exec(this.source.slice(this.#at));
    this.#at += opening?.[0].length ?? 0;
    const part = this.alternatives();
    this.#take(")");
    return look ? NOTHING : part;
  }

  #class(): Part {
    const end = /^(?:\\.|[^\]\\])*/.exec(this.source.slice(this.#at))?.[0] ?? "";
    this.#at += end.length + 1;
    return /^[^^\\-]{1,4}$/.test(end) ? { exact: [...end], required: null } : ANYTHING;
  }

  #escape(): Part {
    const sign = this.source[this.#at++] as string;
    if (sign === "b" || sign === "B") return NOTHING;
    if (sign === "n") return { exact: ["\n"], required: null };
    if (/[a-z\d]/i.test(sign)) {
      if (sign === "u") this.#at += 4;
      else if (sign === "x") this.#at += 2;
      return ANYTHING;
    }
    return { exact: [sign], required: null };
  }

  #take(sign: string): boolean {
    if (this.source[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }
}

const LENGTH_MIN = 4;

function requirementOf({ exact, required }: Part): RequiredText {
  return exact === null ? required : usable(exact);
}

function usable(texts: readonly string[]): RequiredText {
  return texts.every((text) => text.length >= LENGTH_MIN) ? texts : null;
}

/** All together; nothing can be said where one says nothing. */
function union(all: readonly RequiredText[]): RequiredText {
  return all.every((one) => one !== null) ? [...new Set(all.flat())] : null;
}

function product(left: readonly string[], right: readonly string[]): readonly string[] | null {
  if (left.length * right.length > EXACT_MAX) return null;
  return left.flatMap((start) => right.map((end) => start + end));
}

/** The one whose shortest text is the longest. */
function best(all: readonly RequiredText[]): RequiredText {
  const shortest = (texts: RequiredText) => Math.min(...(texts ?? []).map(({ length }) => length));
  return all.reduce((one, other) => {
    if (one === null || other === null) return one ?? other;
    return shortest(other) > shortest(one) ? other : one;
  }, null);
}
