import { ShieldCheck, ShieldOff } from "lucide-react";
import { EnrolDialog } from "@/components/account/enrol-dialog";
import { RenewCodesDialog, TurnOffDialog } from "@/components/account/two-step-dialogs";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/time";
import { formatPlural } from "@/lib/format";

type Props = { isOn: boolean; since: number | null; recoveryCodesLeft: number };

/** Below this one is told to make new recovery codes. */
const FEW_CODES = 3;

/** Whether signing in takes a code as well, and what can be done about it. */
export function TwoStepCard({ isOn, since, recoveryCodesLeft }: Props) {
  return (
    <Card
      title="Two-step sign-in"
      aside={
        isOn ? (
          <span className="inline-flex h-5 items-center gap-1 rounded bg-allowed-soft px-1.5 text-xs font-medium text-allowed">
            <ShieldCheck className="size-3" aria-hidden="true" />
            On
          </span>
        ) : (
          <span className="inline-flex h-5 items-center gap-1 rounded bg-unknown-soft px-1.5 text-xs font-medium text-unknown">
            <ShieldOff className="size-3" aria-hidden="true" />
            Off
          </span>
        )
      }
    >
      <p className="text-pretty text-muted">
        {isOn ? (
          <>
            Signing in takes your password and a code of your authenticator app
            {since !== null && (
              <>
                , since <Time at={since} />
              </>
            )}
            . <CodesLeft left={recoveryCodesLeft} />
          </>
        ) : (
          "With it a stolen password alone opens nothing: signing in takes a code of an app on your phone as well."
        )}
      </p>
      <div className="mt-auto flex flex-wrap gap-2 pt-4">
        {isOn && (
          <>
            <RenewCodesDialog />
            <TurnOffDialog />
          </>
        )}
        <EnrolDialog hasButton={!isOn} />
      </div>
    </Card>
  );
}

function CodesLeft({ left }: { left: number }) {
  if (left === 0) return <span className="text-blocked">No recovery code is left: make new ones.</span>;
  const words = `${formatPlural(left, "recovery code")} ${left === 1 ? "is" : "are"} left`;
  return left < FEW_CODES ? <span className="text-limited">Only {words}.</span> : `${words}.`;
}
