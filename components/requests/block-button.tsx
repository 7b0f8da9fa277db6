import { ShieldBan } from "lucide-react";
import { RuleDialog } from "@/components/rules/rule-dialog";
import { Button } from "@/components/ui/button";
import type { RequestRow } from "@/db/request-logs";
import { handleOf } from "@/lib/request-filter";

/** Opens the dialog that blocks the visitor of a request. */
export function BlockButton({ row }: { row: RequestRow }) {
  const { ip, ipHash, network } = row;
  const handle = handleOf(row);
  const trigger = (
    <Button
      size="small"
      look="bare"
      className="max-lg:border max-lg:border-line"
      aria-label={`Block ${handle}`}
    >
      <ShieldBan className="size-3.5" aria-hidden="true" />
      Block
    </Button>
  );
  return (
    <RuleDialog
      action="block"
      visitor={{ target: ip ?? ipHash, ipHash, network, handle }}
      trigger={trigger}
    />
  );
}
