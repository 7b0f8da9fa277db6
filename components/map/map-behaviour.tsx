"use client";

import { useEffect } from "react";
import { useMap, useMapEvents } from "react-leaflet";
import { SHOWN_CENTRE, WORLD_WIDTH } from "@/components/map/crs";

/** Keeps the whole world in the frame, and leaves the wheel to the page until the reader has clicked on the map. */
export function MapBehaviour() {
  const map = useMap();
  useMapEvents({
    click: () => map.scrollWheelZoom.enable(),
    mouseout: () => map.scrollWheelZoom.disable(),
  });
  useEffect(() => {
    const element = map.getContainer();
    const fit = () => {
      map.invalidateSize({ animate: false });
      const zoom = Math.log2(Math.max(1, element.clientWidth) / WORLD_WIDTH);
      map.setMinZoom(zoom);
      map.setMaxZoom(zoom + 5);
      map.setView(SHOWN_CENTRE, zoom, { animate: false });
    };
    const observer = new ResizeObserver(fit);
    observer.observe(element);
    return () => observer.disconnect();
  }, [map]);
  return null;
}
