import type { RuleMatch } from "@/lib/detection/signals/family";
import type { NormalRequest } from "@/lib/detection/signals/normal-request";

const compiled = new WeakMap<readonly string[], readonly (readonly string[])[]>();

/**
 * A path that lies in one of the given places. A place matches whole segments, one behind the other, anywhere in the
 * path: "/login/" is in "/admin/login" and not in "/login-help".
 */
export function findSensitivePath(request: NormalRequest, places: readonly string[]): RuleMatch | null {
  const { segments } = request;
  for (const place of segmentsOfAll(places)) {
    const last = segments.length - place.length;
    for (let start = 0; start <= last; start++)
      if (place.every((name, index) => segments[start + index] === name))
        return { rule: `/${place.join("/")}/`, evidence: request.path };
  }
  return null;
}

function segmentsOfAll(places: readonly string[]): readonly (readonly string[])[] {
  const known = compiled.get(places);
  if (known) return known;
  const made = places
    .map((place) =>
      place
        .toLowerCase()
        .split("/")
        .filter((name) => name !== ""),
    )
    .filter((place) => place.length > 0);
  compiled.set(places, made);
  return made;
}
