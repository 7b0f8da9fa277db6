import { serve } from "inngest/next";
import type { NextRequest } from "next/server";
import { jsonAnswer } from "@/app/answers";
import { doorMark, visitorIp } from "@/app/door-visit";
import { inngest } from "@/inngest/client";
import { isInngestDev } from "@/inngest/detection-request";
import { functions } from "@/inngest/functions";
import { classifyIp } from "@/lib/ip";

export const dynamic = "force-dynamic";
export const maxDuration = 60;

// Inngest signs its requests and the SDK checks that: this handler needs no session. Unsigned requests to sync are refused
// too: they take the address that Inngest is to call from a header that anybody can forge.
const handlers = serve({ client: inngest, functions, enableUnauthedSync: false });

/** From where the dev server may call, which does not sign. */
const DEV_CLASSES = ["loopback", "private", "link-local"];

/** Why a request does not even reach the SDK, or null. */
function refusalOf(request: NextRequest): Response | null {
  const isDev = isInngestDev();
  if (!isDev && !process.env.INNGEST_SIGNING_KEY) {
    return jsonAnswer(
      { error: "Jobs are not run by Inngest here: INNGEST_SIGNING_KEY is not set." },
      { status: 404 },
    );
  }
  if (!isDev) return null;
  const ip = visitorIp(doorMark(request.headers));
  if (ip === null || !DEV_CLASSES.includes(classifyIp(ip))) {
    return jsonAnswer(
      { error: "With INNGEST_DEV jobs are run from a private network only." },
      { status: 403 },
    );
  }
  return null;
}

type Handler = (request: NextRequest, context: unknown) => Promise<Response>;

const guarded =
  (handle: Handler): Handler =>
  async (request, context) =>
    refusalOf(request) ?? handle(request, context);

export const GET = guarded(handlers.GET);
export const POST = guarded(handlers.POST);
export const PUT = guarded(handlers.PUT);
