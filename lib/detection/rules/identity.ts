import type { DetectionRule } from "@/lib/detection/finding";
import { scoreOver } from "@/lib/detection/rules/volume";
import { pacedWords } from "@/lib/detection/sentences";
import { formatPlural } from "@/lib/format";

export const userAgentSwitching: DetectionRule = {
  id: "user-agent-switching",
  title: "User-agent switching",
  description:
    "Presents itself as another program every few requests; people who share an address do not look so.",
  needsStatus: false,
  window: "hour",
  find(activity, { userAgents }) {
    if (activity.userAgents < userAgents) return null;
    // People behind one address each load pages with their assets; a program that changes its name loads neither.
    const isPeople =
      activity.counted > activity.userAgents * 3 || activity.requests - activity.counted >= activity.counted;
    if (isPeople) return null;
    return {
      rule: "user-agent-switching",
      score: scoreOver(activity.userAgents, userAgents, 45, 70),
      sentence: `${pacedWords(activity.requests, "request", activity)} under ${formatPlural(activity.userAgents, "user agent")} (limit: ${userAgents} an hour).`,
      counts: { userAgents: activity.userAgents, requests: activity.requests },
      threshold: userAgents,
    };
  },
};

export const fakeCrawler: DetectionRule = {
  id: "fake-crawler",
  title: "Fake crawler",
  description:
    "Says it is a search engine's crawler and comes from outside the addresses that the engine publishes.",
  needsStatus: false,
  window: "hour",
  find(activity, _thresholds, { crawler }) {
    if (crawler !== "impostor") return null;
    const claims = activity.signals["crawler-claim"] ?? activity.requests;
    return {
      rule: "fake-crawler",
      score: 65,
      sentence: `${formatPlural(claims, "request")} as a search engine's crawler, from ${activity.network}, which that engine does not use.`,
      counts: { claims },
      threshold: null,
    };
  },
};
