import L from "leaflet";
import {
  CENTRE_MERIDIAN,
  EQUAL_EARTH_X,
  EQUAL_EARTH_Y,
  fromPlane,
  toPlane,
  turned,
} from "@/components/map/equal-earth";

/** Pixels of the whole earth's width at zoom 0. */
const WORLD_WIDTH = 256;
/** What is shown of the plane: without Antarctica and the empty Pacific at both edges. */
const SHOWN = {
  north: toPlane(83.7, 0).y,
  south: toPlane(-56, 0).y,
  west: -0.93 * EQUAL_EARTH_X,
  east: 0.89 * EQUAL_EARTH_X,
};
/** How many times the width of what is shown the whole earth is. */
const SHOWN_SHARE = (SHOWN.east - SHOWN.west) / (2 * EQUAL_EARTH_X);

const projection: L.Projection = {
  project: ({ lat, lng }) => {
    const { x, y } = toPlane(lat, turned(lng));
    return L.point(x, y);
  },
  unproject: (point) => {
    const { latitude, longitude } = fromPlane(L.point(point));
    return L.latLng(latitude, longitude + CENTRE_MERIDIAN);
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

const centre = fromPlane({ x: (SHOWN.west + SHOWN.east) / 2, y: (SHOWN.north + SHOWN.south) / 2 });

/** The middle of what is shown. */
export const SHOWN_CENTRE = L.latLng(centre.latitude, centre.longitude + CENTRE_MERIDIAN);

/** The zoom at which the map fills a width in pixels. */
export function zoomForWidth(width: number): number {
  return Math.log2(Math.max(1, width) / WORLD_WIDTH / SHOWN_SHARE);
}
