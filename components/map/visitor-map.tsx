"use client";

import dynamic from "next/dynamic";
import { WhenSeen } from "@/components/charts/when-seen";
import { MapLegend } from "@/components/map/map-legend";
import { shadeClasses } from "@/components/map/shading";
import { Skeleton } from "@/components/ui/skeleton";

export type MapCountry = {
  code: string;
  name: string;
  requests: number;
  refused: number;
  visitors: number | null;
  href: string;
};
export type MapPlace = {
  id: string;
  label: string;
  latitude: number;
  longitude: number;
  requests: number;
  refused: number;
  href: string;
};
export type VisitorMapProps = { countries: MapCountry[]; places: MapPlace[] };

const placeholder = <Skeleton className="size-full" />;
const MapCanvas = dynamic(() => import("@/components/map/map-canvas").then((module) => module.MapCanvas), {
  ssr: false,
  loading: () => placeholder,
});

/** The world, shaded by requests of a country, with circles at places. Loaded when it is seen. */
export function VisitorMap(props: VisitorMapProps) {
  const classes = shadeClasses(Math.max(0, ...props.countries.map((country) => country.requests)));
  return (
    <>
      <WhenSeen placeholder={placeholder} className="aspect-[2.12/1] overflow-hidden rounded-md">
        <MapCanvas {...props} classes={classes} />
      </WhenSeen>
      <MapLegend classes={classes} />
    </>
  );
}
