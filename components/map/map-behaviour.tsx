"use client";

import { useEffect } from "react";
import { useMap, useMapEvents } from "react-leaflet";
import { SHOWN_CENTRE, zoomForWidth } from "@/components/map/crs";

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
      const zoom = zoomForWidth(element.clientWidth);
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
