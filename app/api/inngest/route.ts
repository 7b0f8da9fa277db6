import { serve } from "inngest/next";
import { inngest } from "@/inngest/client";
import { functions } from "@/inngest/functions";

export const dynamic = "force-dynamic";
export const maxDuration = 60;

// Inngest signs its requests and the SDK checks that: this handler needs no session.
export const { GET, POST, PUT } = serve({ client: inngest, functions });
