import { z } from "zod";
import { jsonAnswer, limitAnswer, noDoorAnswer } from "@/app/answers";
import { countVisit } from "@/app/door-visit";
import { readFields } from "@/app/request-fields";
import { locate, mergePlatformPlace, type Place } from "@/db/geo";
import { platformGeo } from "@/lib/client-ip";
import { readEnv } from "@/lib/env";
import type { LimitState } from "@/lib/guard/verdict";
import { formatIp, type Ip, parseIp } from "@/lib/ip";

const WANTED = 'such as {"ip": "197.210.64.1"}';
const ipField = z.string().trim().min(1).max(100);

/** Says where the caller is. */
export async function GET(request: Request): Promise<Response> {
  return counted(request, async (ip, states) => {
    if (!ip) return jsonAnswer({ error: "Your address could not be determined." }, { status: 400, states });
    const env = readEnv();
    const named = env.TRUSTED_PLATFORM ?? (env.VERCEL ? "vercel" : "none");
    const platform = named === "none" ? null : platformGeo(request.headers, named, true);
    return jsonAnswer(answerOf(ip, mergePlatformPlace(await locate(ip), platform)), { states });
  });
}

/** Says where the address in the field `ip` is, of JSON or of a form. */
export async function POST(request: Request): Promise<Response> {
  return counted(request, async (_ip, states) => {
    const body = await readFields(request);
    if (!body.ok) return jsonAnswer({ error: body.error }, { status: body.status, states });
    const asked = readIp(body.fields.ip);
    if (typeof asked === "string") return jsonAnswer({ error: asked }, { status: 400, states });
    return jsonAnswer(answerOf(asked, await locate(asked)), { states });
  });
}

type Answer = (callerIp: Ip | null, states: LimitState[]) => Promise<Response>;

async function counted(request: Request, answer: Answer): Promise<Response> {
  const visit = await countVisit(request.headers, "test-geo");
  if (!visit) return noDoorAnswer();
  const { outcome } = visit;
  if (outcome !== "within") return limitAnswer("test-geo", { ...visit, outcome }, visit.requestId);
  return answer(visit.ip, visit.states);
}

/** The address, or the sentence that says what is wrong with it. */
function readIp(value: unknown): Ip | string {
  if (value === undefined || value === null || value === "")
    return `ip is missing: send an IP address, ${WANTED}.`;
  const text = ipField.safeParse(value);
  const ip = text.success ? parseIp(text.data) : null;
  return ip ?? `ip is not an IP address: send an IPv4 or IPv6 address, ${WANTED}.`;
}

function answerOf(ip: Ip, place: Place): Record<string, string | number | null> {
  return {
    ip_address: formatIp(ip),
    country: place.country,
    city: place.city,
    latitude: place.latitude,
    longitude: place.longitude,
    country_code: place.countryCode,
    asn: place.asn,
    source: place.source,
  };
}
