import L from "leaflet";
import { EQUAL_EARTH_X, EQUAL_EARTH_Y, fromPlane, toPlane } from "@/components/map/equal-earth";

/** Pixels of the whole earth's width at zoom 0. */
export const WORLD_WIDTH = 256;
/** The part of the world that is shown: without Antarctica. */
export const SHOWN = { north: toPlane(83.7, 0).y, south: toPlane(-56.5, 0).y };
export const SHOWN_ASPECT = (2 * EQUAL_EARTH_X) / (SHOWN.north - SHOWN.south);

const projection: L.Projection = {
  project: ({ lat, lng }) => {
    const { x, y } = toPlane(lat, lng);
    return L.point(x, y);
  },
  unproject: (point) => {
    const { latitude, longitude } = fromPlane(L.point(point));
    return L.latLng(latitude, longitude);
  },
  bounds: L.bounds([-EQUAL_EARTH_X, -EQUAL_EARTH_Y], [EQUAL_EARTH_X, EQUAL_EARTH_Y]),
};

const scale = 1 / (2 * EQUAL_EARTH_X);

/** Equal Earth as Leaflet wants it: a plane without repetition at its edges. */
export const equalEarth: L.CRS = L.Util.extend({}, L.CRS.Earth, {
  code: "EPSG:8857",
  projection,
  transformation: new L.Transformation(scale, 0.5, -scale, 0.5),
  scale: (zoom: number) => WORLD_WIDTH * 2 ** zoom,
  zoom: (size: number) => Math.log2(size / WORLD_WIDTH),
  wrapLng: undefined,
  infinite: true,
});

/** The middle of what is shown. */
export const SHOWN_CENTRE = L.latLng(fromPlane({ x: 0, y: (SHOWN.north + SHOWN.south) / 2 }).latitude, 0);
