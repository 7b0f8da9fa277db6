/**
 * The Equal Earth projection (Šavrič, Patterson, Jenny 2018), on a unit sphere: areas keep their proportion, which a
 * map that shades areas needs, and it looks like the maps on a wall.
 */
const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;
const RADIANS = Math.PI / 180;
const ITERATIONS_MAX = 12;

export type PlanePoint = { x: number; y: number };

/** Half the width and half the height of the whole earth. */
export const EQUAL_EARTH_X = 2.7066299836960748;
export const EQUAL_EARTH_Y = 1.3173627591574133;

const yOf = (t: number, t2: number, t6: number) => t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2));
const slopeOf = (t2: number, t6: number) => A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2);

export function toPlane(latitude: number, longitude: number): PlanePoint {
  const t = Math.asin(M * Math.sin(latitude * RADIANS));
  const t2 = t * t;
  const t6 = t2 * t2 * t2;
  return {
    x: (longitude * RADIANS * Math.cos(t)) / (M * slopeOf(t2, t6)),
    y: yOf(t, t2, t6),
  };
}

/** The inverse, by Newton's method; points off the earth go to its edge. */
export function fromPlane({ x, y }: PlanePoint): { latitude: number; longitude: number } {
  let t = Math.max(-EQUAL_EARTH_Y, Math.min(EQUAL_EARTH_Y, y));
  for (let round = 0; round < ITERATIONS_MAX; round++) {
    const t2 = t * t;
    const t6 = t2 * t2 * t2;
    const delta = (yOf(t, t2, t6) - Math.max(-EQUAL_EARTH_Y, Math.min(EQUAL_EARTH_Y, y))) / slopeOf(t2, t6);
    t -= delta;
    if (Math.abs(delta) < 1e-12) break;
  }
  const t2 = t * t;
  const longitude = (M * x * slopeOf(t2, t2 * t2 * t2)) / Math.cos(t) / RADIANS;
  return {
    latitude: Math.asin(Math.max(-1, Math.min(1, Math.sin(t) / M))) / RADIANS,
    longitude: Math.max(-180, Math.min(180, longitude)),
  };
}

/** The meridian in the middle: so the map is cut in the Bering Strait, and no country or island lies at both edges. */
export const CENTRE_MERIDIAN = 11.5;

/** Degrees east of the middle meridian, from -180 to 180. */
export function turned(longitude: number): number {
  return ((((longitude - CENTRE_MERIDIAN + 180) % 360) + 360) % 360) - 180;
}
