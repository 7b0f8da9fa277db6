import { Inngest } from "inngest";

/** Gatehouse at Inngest. Keys come from `INNGEST_EVENT_KEY` and `INNGEST_SIGNING_KEY`; `INNGEST_DEV=1` is the dev server. */
export const inngest = new Inngest({ id: "gatehouse" });

/** The event that asks for a detection; its data fits `detectionRequest`. */
export const DETECTION_REQUESTED = "gatehouse/detection.requested";
/** The event that asks for a run of any other job, whose id is `data.job`. */
export const JOB_REQUESTED = "gatehouse/job.requested";
