import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { formatIp, type Ip, parseIp, parseRange, rangeContains } from "@/lib/ip";

const dataFolder =
  process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const vectorFile = `${dataFolder}/ip_cidr_vectors/vectors.dev.jsonl`;

type Vector = {
  kind: string;
  input: string;
  valid?: boolean;
  expected?: string | boolean | null;
  networks?: string[];
};

/** The eight groups; a mapped address is written back as the IPv6 address it came from. */
function groupsOf(ip: Ip, isIpv6Text: boolean): number[] {
  const words = ip.version === 4 && isIpv6Text ? [0, 0, 0xffff, ip.a] : [ip.a, ip.b, ip.c, ip.d];
  return words.flatMap((word) => [word >>> 16, word & 0xffff]);
}

function toInteger(ip: Ip, isIpv6Text: boolean): bigint {
  if (ip.version === 4 && !isIpv6Text) return BigInt(ip.a);
  return groupsOf(ip, isIpv6Text).reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}

function answerTo(vector: Vector): unknown {
  const isIpv6Text = vector.input.includes(":");
  const ip = parseIp(vector.input);
  switch (vector.kind) {
    case "ipv4_valid":
      return ip !== null && !isIpv6Text;
    case "ipv6_valid":
      return ip !== null && isIpv6Text;
    case "ipv6_expand":
      return (
        ip &&
        groupsOf(ip, true)
          .map((group) => group.toString(16).padStart(4, "0"))
          .join(":")
      );
    case "address_family":
      return ip && (isIpv6Text ? "IPv6" : "IPv4");
    case "ipv6_rfc5952_canonical":
      return ip && formatIp(ip);
    case "to_integer":
      return ip && String(toInteger(ip, isIpv6Text));
    case "ip_in_any_range":
      return vector.networks!.some((network) => {
        const range = parseRange(network);
        return range !== null && ip !== null && rangeContains(range, ip);
      });
    case "trusted_range":
      return parseRange(vector.input) !== null;
    default:
      throw new Error(`unknown kind of vector: ${vector.kind}`);
  }
}

test.skipIf(!existsSync(vectorFile))("all published vectors hold (needs ../shared/data)", () => {
  const vectors = readFileSync(vectorFile, "utf8")
    .trim()
    .split("\n")
    .map((line): Vector => JSON.parse(line));
  const wrong = vectors.filter((vector) => answerTo(vector) !== (vector.valid ?? vector.expected));
  expect(wrong).toEqual([]);
  expect(vectors).toHaveLength(161);
});
