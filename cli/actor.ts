import { userInfo } from "node:os";
import type { Actor } from "@/db/enforcement";

/** Who a change is noted under: the account that runs the command. It has no session that it could block. */
export function commandActor(): Actor & { origin: "cli" } {
  return { name: `cli:${accountName()}`, origin: "cli", ownIp: null };
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no entry in the list of accounts.
    return process.env.USER || `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
