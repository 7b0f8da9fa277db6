import { parseRange } from "@/lib/ip";

/** A value of a MaxMind DB; a Buffer is taken as it is, for records that no honest writer makes. */
export type FixtureValue =
  | string
  | number
  | boolean
  | Buffer
  | FixtureValue[]
  | { [key: string]: FixtureValue };

type Fixture = {
  type: string;
  ipVersion?: 4 | 6;
  /** By network, such as "2.0.0.0/8". */
  records: Record<string, FixtureValue>;
  /** In the place of the metadata that belong to the file. */
  metadata?: FixtureValue;
};

type Node = [left: Node | number | null, right: Node | number | null];

/** Writes a small MaxMind DB (format 2.0, 24-bit records) for tests. */
export function writeDatabase({ type, ipVersion = 6, records, metadata }: Fixture): Buffer {
  const root: Node = [null, null];
  const values: Buffer[] = [];
  let dataSize = 0;
  for (const [network, value] of Object.entries(records)) {
    insert(root, bitsOf(network, ipVersion), dataSize);
    const bytes = encode(value);
    values.push(bytes);
    dataSize += bytes.length;
  }
  const nodes = nodesOf(root);
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [index, node] of nodes.entries()) {
    for (const side of [0, 1] as const) {
      const child = node[side];
      const entry =
        child === null
          ? nodes.length
          : typeof child === "number"
            ? nodes.length + 16 + child
            : nodes.indexOf(child);
      tree.writeUIntBE(entry, index * 6 + side * 3, 3);
    }
  }
  const about = encode(
    metadata ?? {
      binary_format_major_version: 2,
      binary_format_minor_version: 0,
      build_epoch: 1_767_225_600,
      database_type: type,
      description: { en: "A fixture" },
      ip_version: ipVersion,
      languages: ["en"],
      node_count: nodes.length,
      record_size: 24,
    },
  );
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    ...values,
    Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"),
    about,
  ]);
}

/** The control bytes of a value: its type and its size, whether or not that much follows. */
export function head(type: number, size: number): Buffer {
  const sizeBytes =
    size < 29 ? [] : size < 285 ? [size - 29] : size < 65_821 ? be(size - 285, 2) : be(size - 65_821, 3);
  const short = size < 29 ? size : 28 + sizeBytes.length;
  return Buffer.from(type > 7 ? [short, type - 7, ...sizeBytes] : [(type << 5) | short, ...sizeBytes]);
}

/** A pointer to an offset of the data section, below 2048. */
export function pointer(target: number): Buffer {
  return Buffer.from([(1 << 5) | (target >> 8), target & 255]);
}

export function encode(value: FixtureValue): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === "string")
    return Buffer.concat([head(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === "boolean") return head(14, value ? 1 : 0);
  if (typeof value === "number") {
    if (Number.isInteger(value) && value >= 0) return Buffer.concat([head(6, 4), Buffer.from(be(value, 4))]);
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return Buffer.concat([head(3, 8), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([head(11, value.length), ...value.map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    head(7, entries.length),
    ...entries.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

function be(value: number, size: number): number[] {
  return Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** (size - 1 - index)) % 256);
}

function bitsOf(network: string, ipVersion: 4 | 6): number[] {
  const range = parseRange(network);
  if (!range) throw new Error(`${network} is no network`);
  const { a, b, c, d } = range.ip;
  const words = range.ip.version === 4 ? [a] : [a, b, c, d];
  const bits = words.flatMap((word) => Array.from({ length: 32 }, (_, index) => (word >>> (31 - index)) & 1));
  const own = bits.slice(0, range.prefix);
  return range.ip.version === 4 && ipVersion === 6 ? [...new Array<number>(96).fill(0), ...own] : own;
}

function insert(root: Node, bits: number[], value: number): void {
  let node = root;
  for (const [index, bit] of bits.entries()) {
    const side = bit === 0 ? 0 : 1;
    if (index === bits.length - 1) {
      node[side] = value;
      return;
    }
    const child = node[side];
    const next: Node = child === null || typeof child === "number" ? [null, null] : child;
    node[side] = next;
    node = next;
  }
}

function nodesOf(root: Node): Node[] {
  const nodes: Node[] = [root];
  for (const node of nodes) for (const child of node) if (Array.isArray(child)) nodes.push(child);
  return nodes;
}
