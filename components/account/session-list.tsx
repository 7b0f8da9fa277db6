"use client";

import { Laptop, type LucideIcon, Smartphone, SquareTerminal, Tablet } from "lucide-react";
import { useTransition } from "react";
import { toast } from "sonner";
import { useAccountActions } from "@/components/account/account-actions";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CountryBadge } from "@/components/ui/country";
import { RelativeTime, Time } from "@/components/ui/time";
import { countryName, formatPlural } from "@/lib/format";

/** A session as the page shows it; times in milliseconds since 1970. */
export type ShownSession = {
  id: string;
  isThis: boolean;
  program: string;
  version: string | null;
  system: string | null;
  device: "desktop" | "mobile" | "tablet" | "bot" | "other";
  network: string | null;
  countryCode: string | null;
  city: string | null;
  createdAt: number;
  lastSeenAt: number;
};

const DEVICES: Record<ShownSession["device"], LucideIcon> = {
  desktop: Laptop,
  mobile: Smartphone,
  tablet: Tablet,
  bot: SquareTerminal,
  other: SquareTerminal,
};

type Props = { sessions: readonly ShownSession[]; now: number; className?: string };

/** Where the user is signed in, this browser first; each of the others can be ended. */
export function SessionCard({ sessions, now, className }: Props) {
  const others = sessions.filter(({ isThis }) => !isThis).length;
  return (
    <Card
      title="Where you are signed in"
      aside={others > 0 && <EndOthers count={others} />}
      flush
      {...(className ? { className } : {})}
    >
      <ul className="pb-1">
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} now={now} />
        ))}
      </ul>
    </Card>
  );
}

function SessionRow({ session, now }: { session: ShownSession; now: number }) {
  const { program, version, system, network, countryCode, city, createdAt, lastSeenAt, isThis } = session;
  const Icon = DEVICES[session.device];
  const place = [city, countryCode && countryName(countryCode)].filter(Boolean).join(", ");
  return (
    <li className="flex items-center gap-3 border-t border-line px-4 py-2.5 first:border-t-0">
      <Icon className="size-5 shrink-0 text-faint max-md:self-start" aria-hidden="true" />
      <div className="grid min-w-0 flex-1 gap-x-4 gap-y-0.5 md:grid-cols-[1.2fr_1.4fr_1fr] md:items-center">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2">
          <span className="truncate">
            {program}
            {version && ` ${version}`}
            {system && <span className="text-muted"> on {system}</span>}
          </span>
          {isThis && (
            <span className="rounded bg-allowed-soft px-1.5 text-xs leading-5 font-medium text-allowed">
              this one
            </span>
          )}
        </p>
        <p className="flex min-w-0 items-center gap-2 text-xs">
          <CountryBadge code={countryCode} />
          <span className="flex min-w-0 flex-wrap gap-x-2">
            {place && <span>{place}</span>}
            <span className="font-mono whitespace-nowrap text-muted">{network ?? "address unknown"}</span>
          </span>
        </p>
        <p className="text-xs text-muted">
          Since <Time at={createdAt} />
          {!isThis && (
            <>
              , seen <RelativeTime at={lastSeenAt} now={now} />
            </>
          )}
        </p>
      </div>
      {isThis ? <span className="w-18 max-md:hidden" /> : <EndSession session={session} />}
    </li>
  );
}

function EndSession({ session }: { session: ShownSession }) {
  const { endSession } = useAccountActions();
  const [isPending, startTransition] = useTransition();
  const name = [session.program, session.system].filter(Boolean).join(" on ");
  const end = () =>
    startTransition(async () => {
      const outcome = await endSession(session.id);
      if (outcome.ok) toast(`${name} is signed out`);
      else toast.error(outcome.message);
    });
  return (
    <Button
      size="small"
      className="md:w-18"
      disabled={isPending}
      onClick={end}
      aria-label={`Sign out ${name}`}
    >
      Sign out
    </Button>
  );
}

function EndOthers({ count }: { count: number }) {
  const { endOtherSessions } = useAccountActions();
  const [isPending, startTransition] = useTransition();
  const end = () =>
    startTransition(async () => {
      const outcome = await endOtherSessions();
      if (!outcome.ok) return void toast.error(outcome.message);
      toast(`${formatPlural(outcome.value, "other session")} ended`, {
        description: "You stay signed in here.",
      });
    });
  return (
    <Button size="small" disabled={isPending} onClick={end} title={formatPlural(count, "other session")}>
      Sign out everywhere else
    </Button>
  );
}
