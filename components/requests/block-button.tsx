import { ShieldBan } from "lucide-react";
import { RuleDialog } from "@/components/rules/rule-dialog";
import { Button } from "@/components/ui/button";
import type { RequestRow } from "@/db/request-logs";
import { handleOf, visitorTarget } from "@/lib/request-filter";

/** Opens the dialog that blocks the visitor of a request. */
export function BlockButton({ row }: { row: RequestRow }) {
  const { ip, ipHash, network } = row;
  const target = visitorTarget(row);
  const handle = ip === null ? handleOf(row) : target;
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
  return <RuleDialog action="block" visitor={{ target, ipHash, network, handle }} trigger={trigger} />;
}
