import { formatCount, formatPlural } from "@/lib/format";

/**
 * Blocks that detection has in force at once at the most, over all its rules. Whoever owns an IPv6 network can send from
 * as many /64s as he likes, and each would be a rule; the rule set takes a million in all, of which an administrator's and
 * the feeds' must always find room. So many addresses are no case for single blocks any more, but for one of their network.
 */
export const DETECTION_BLOCKS_MAX = 50_000;

const FULL = "detection has as many blocks in force as it may";

/** What a case says that found no room. */
export function noRoomNote(max = DETECTION_BLOCKS_MAX): string {
  return `There was no room: ${FULL} (${formatCount(max)}). Block it by hand, or better its network.`;
}

/** What a run says of those that found no room: how many, why, and what to do. */
export function noRoomWords(count: number): string {
  const subject = formatPlural(count, "suspicious address was", "suspicious addresses were");
  return `${subject} not blocked for want of room: ${FULL} (${formatCount(DETECTION_BLOCKS_MAX)}). Block their networks by hand, or wait until blocks end.`;
}
