"use client";

import "leaflet/dist/leaflet.css";
import "@/components/map/map.css";
import L from "leaflet";
import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { GeoJSON, MapContainer, ZoomControl } from "react-leaflet";
import { equalEarth, SHOWN_CENTRE } from "@/components/map/crs";
import { MapBehaviour } from "@/components/map/map-behaviour";
import { PlaceCircles } from "@/components/map/place-circles";
import { type ShadeClass, shadeLevel } from "@/components/map/shading";
import type { VisitorMapProps } from "@/components/map/visitor-map";
import { type CountryShape, worldShapes } from "@/components/map/world-shapes";
import { formatCount, formatPlural } from "@/lib/format";

/** The map itself, by Leaflet, without tiles: nothing is asked of any other site. */
export function MapCanvas({
  countries,
  places,
  classes,
}: VisitorMapProps & { classes: readonly ShadeClass[] }) {
  const router = useRouter();
  const shapes = useMemo(worldShapes, []);
  const byCode = useMemo(() => new Map(countries.map((country) => [country.code, country])), [countries]);
  const codeOf = (shape?: { properties: CountryShape["properties"] | null }) => shape?.properties?.code ?? "";

  const bind = (shape: GeoJSON.Feature, layer: L.Layer) => {
    const country = byCode.get(codeOf(shape as CountryShape));
    const name = country?.name ?? String(shape.properties?.name);
    layer.bindTooltip(tooltip(name, country), { sticky: true, className: "map-tip" });
    if (country) layer.on("click", () => router.push(country.href));
  };

  return (
    <MapContainer
      className="map size-full"
      crs={equalEarth}
      center={SHOWN_CENTRE}
      zoom={1}
      zoomSnap={0}
      zoomDelta={1}
      zoomControl={false}
      attributionControl={false}
      scrollWheelZoom={false}
      dragging={!L.Browser.mobile}
      keyboard={false}
      boxZoom={false}
      fadeAnimation={false}
      zoomAnimation={false}
      markerZoomAnimation={false}
    >
      <MapBehaviour />
      <ZoomControl position="topright" />
      <GeoJSON
        key={countries.map((country) => `${country.code}${country.requests}`).join()}
        data={{ type: "FeatureCollection", features: shapes } as GeoJSON.FeatureCollection}
        style={(shape) => ({
          className: byCode.has(codeOf(shape as CountryShape)) ? "map-country map-link" : "map-country",
          fillColor: `var(--map-${shadeLevel(classes, byCode.get(codeOf(shape as CountryShape))?.requests ?? 0)})`,
          fillOpacity: 1,
          color: "var(--surface)",
          weight: 0.6,
          noClip: true,
          smoothFactor: 0.4,
        })}
        onEachFeature={bind}
      />
      <PlaceCircles places={places} />
    </MapContainer>
  );
}

function tooltip(name: string, country: VisitorMapProps["countries"][number] | undefined): HTMLElement {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = name;
  const facts = [country ? formatPlural(country.requests, "request") : "No requests"];
  if (country?.visitors) facts.push(formatPlural(country.visitors, "visitor"));
  if (country?.refused) facts.push(`${formatCount(country.refused)} refused`);
  box.append(title, document.createElement("br"), facts.join(" · "));
  return box;
}
