"use client";

import type L from "leaflet";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { CircleMarker, Tooltip, useMap } from "react-leaflet";
import { circleRadius } from "@/components/map/shading";
import type { MapPlace } from "@/components/map/visitor-map";
import { formatCount, formatPlural, formatShare } from "@/lib/format";

const LARGEST_OF_WIDTH = 0.028;
const [LARGEST_MIN, LARGEST_MAX] = [9, 24];

function factsOf(place: MapPlace): string {
  const refused = place.refused
    ? `, ${formatCount(place.refused)} refused (${formatShare(place.refused, place.requests)})`
    : "";
  return formatPlural(place.requests, "request") + refused;
}

/**
 * Circles at places, the small ones above the large. One of them is a stop of the tab key; the arrow keys go from there
 * to the others in the order of their size, Enter opens the requests.
 */
export function PlaceCircles({ places }: { places: readonly MapPlace[] }) {
  const router = useRouter();
  const map = useMap();
  const markers = useRef(new Map<number, L.CircleMarker>());
  const most = places[0]?.requests ?? 1;
  const width = map.getContainer().clientWidth;
  const largest = Math.min(LARGEST_MAX, Math.max(LARGEST_MIN, width * LARGEST_OF_WIDTH));

  useEffect(() => {
    for (const [index, marker] of markers.current) {
      const element = marker.getElement();
      const place = places[index];
      if (!element || !place) continue;
      element.setAttribute("role", "link");
      element.setAttribute("tabindex", index === 0 ? "0" : "-1");
      element.setAttribute("aria-label", `${place.label}: ${factsOf(place)}`);
      element.setAttribute("data-place", String(index));
    }
    const elementAt = (index: number) => markers.current.get(index)?.getElement() as SVGElement | undefined;
    const indexOf = (event: Event) => Number((event.target as Element).getAttribute?.("data-place") ?? -1);
    const onKey = (event: KeyboardEvent) => {
      const index = event.target instanceof SVGElement ? indexOf(event) : -1;
      if (index < 0) return;
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Enter") router.push(places[index]?.href ?? "/requests");
      else if (event.key === "Escape") (event.target as SVGElement).blur();
      else if (step) elementAt((index + step + places.length) % places.length)?.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onFocus = (event: Event) => {
      const index = indexOf(event);
      if (index < 0) return;
      for (const [each, marker] of markers.current) {
        marker.getElement()?.setAttribute("tabindex", each === index ? "0" : "-1");
        if (each !== index) marker.closeTooltip();
      }
      markers.current.get(index)?.openTooltip();
    };
    const onBlur = (event: Event) => markers.current.get(indexOf(event))?.closeTooltip();
    const container = map.getContainer();
    container.addEventListener("keydown", onKey);
    container.addEventListener("focusin", onFocus);
    container.addEventListener("focusout", onBlur);
    return () => {
      container.removeEventListener("keydown", onKey);
      container.removeEventListener("focusin", onFocus);
      container.removeEventListener("focusout", onBlur);
    };
  }, [map, places, router]);

  return places.map((place, index) => {
    const isRefused = place.refused * 2 > place.requests;
    const colour = isRefused ? "var(--blocked-fill)" : "var(--allowed-fill)";
    return (
      <CircleMarker
        key={place.id}
        ref={(marker) => {
          if (marker) markers.current.set(index, marker);
          else markers.current.delete(index);
        }}
        center={[place.latitude, place.longitude]}
        radius={circleRadius(place.requests, most, largest)}
        pathOptions={{
          className: "map-place",
          fillColor: colour,
          fillOpacity: 0.62,
          color: isRefused ? "var(--blocked)" : "var(--surface)",
          weight: isRefused ? 2 : 1,
        }}
        eventHandlers={{ click: () => router.push(place.href) }}
      >
        <Tooltip className="map-tip">
          <strong>{place.label}</strong>
          <br />
          {factsOf(place)}
        </Tooltip>
      </CircleMarker>
    );
  });
}
