"use client";

import dynamic from "next/dynamic";
import { WhenSeen } from "@/components/charts/when-seen";
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

const placeholder = <Skeleton className="aspect-[2.12/1] w-full" />;
const MapCanvas = dynamic(() => import("@/components/map/map-canvas").then((module) => module.MapCanvas), {
  ssr: false,
  loading: () => placeholder,
});

/** The world, shaded by requests of a country, with circles at places. Loaded when it is seen. */
export function VisitorMap(props: VisitorMapProps) {
  return (
    <WhenSeen placeholder={placeholder}>
      <MapCanvas {...props} />
    </WhenSeen>
  );
}
