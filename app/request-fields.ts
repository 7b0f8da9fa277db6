export type Fields = Readonly<Record<string, unknown>>;
export type RequestFields =
  | { ok: true; fields: Fields; format: "json" | "form" }
  | { ok: false; status: 400 | 413 | 415; error: string };

export const BODY_BYTES_MAX = 8192;

const FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data"];
const TOO_LARGE = {
  ok: false,
  status: 413,
  error: `The body is larger than ${BODY_BYTES_MAX} bytes.`,
} as const;

function typeOf(headers: Headers): string {
  return headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** Whether the body claims to be a form. */
export function isForm(headers: Headers): boolean {
  return FORM_TYPES.includes(typeOf(headers));
}

/** The fields of a small JSON object or form in the body of a request. At most `BODY_BYTES_MAX` bytes are read. */
export async function readFields(request: Request): Promise<RequestFields> {
  const isJson = typeOf(request.headers) === "application/json";
  if (!isJson && !isForm(request.headers)) {
    return { ok: false, status: 415, error: "Send JSON (Content-Type: application/json) or a form." };
  }
  const bytes = await readBytes(request);
  if (!bytes) return TOO_LARGE;
  if (isJson) return parseJson(bytes);
  try {
    const contentType = request.headers.get("content-type") ?? "";
    const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
    return { ok: true, fields: Object.fromEntries(form), format: "form" };
  } catch {
    return { ok: false, status: 400, error: "The body is no form that can be read." };
  }
}

function parseJson(bytes: Uint8Array): RequestFields {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { ok: true, fields: { ...value }, format: "json" };
    }
  } catch {
    return { ok: false, status: 400, error: "The body is not valid JSON." };
  }
  return { ok: false, status: 400, error: "The body must be a JSON object." };
}

/** The body, or null where it is too large; the rest of a large one is not read. */
async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  if (Number(request.headers.get("content-length") ?? 0) > BODY_BYTES_MAX) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    // Not cancelled: that would cut the connection, and with it the answer. What else comes the server throws away.
    if (length > BODY_BYTES_MAX) return null;
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
