import { refusal } from "@/services/upstash/refused";
import { Scripts } from "@/services/upstash/scripts";
import type { Command, Outcome, Store } from "@/services/upstash/store";

/** A list of commands, split into what the store has to run and what is answered without it. */
type Plan = { send: Command[]; answers: (Outcome | undefined)[] };

function merge(answers: Plan["answers"], outcomes: Outcome[]): Outcome[] {
  const next = outcomes.values();
  return answers.map((known) => known ?? next.next().value ?? { error: "ERR no answer" });
}

/** Runs commands of clients on a store, without those that would harm it or the other clients. */
export class Executor {
  private readonly scripts = new Scripts();

  constructor(
    private readonly store: Store,
    private readonly options: { mayFlush: boolean },
  ) {}

  private plan(commands: Command[]): Plan {
    const send: Command[] = [];
    const answers = commands.map((command): Outcome | undefined => {
      const error = refusal(command, this.options);
      if (error) return { error };
      const translation = this.scripts.translate(command);
      if ("answer" in translation) return translation.answer;
      send.push(translation.send);
      return undefined;
    });
    return { send, answers };
  }

  /** Runs commands in order; each has an outcome of its own. Throws StoreUnavailable. */
  async run(commands: Command[]): Promise<Outcome[]> {
    const { send, answers } = this.plan(commands);
    return merge(answers, send.length > 0 ? await this.store.run(send) : []);
  }

  /** Runs commands as one transaction; an `error` alone means that none of them ran. */
  async transaction(commands: Command[]): Promise<Outcome[] | { error: string }> {
    const { send, answers } = this.plan(commands);
    for (const known of answers) {
      if (known && "error" in known) return { error: `EXECABORT Transaction discarded: ${known.error}` };
    }
    const outcomes = send.length > 0 ? await this.store.transaction(send) : [];
    return "error" in outcomes ? outcomes : merge(answers, outcomes);
  }
}
