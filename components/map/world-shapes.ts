import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/countries-110m.json";
import { codeOfShape } from "@/components/map/country-numbers";

export type CountryShape = GeoJSON.Feature<GeoJSON.Geometry, { name: string; code: string | null }>;

const ANTARCTICA = "AQ";

/** The countries of the world, coarse, without Antarctica. */
export function worldShapes(): CountryShape[] {
  const world = atlas as unknown as Topology<{ countries: GeometryCollection<{ name: string }> }>;
  return feature(world, world.objects.countries).features.flatMap((shape) => {
    const code = codeOfShape(shape.id, shape.properties.name);
    return code === ANTARCTICA ? [] : { ...shape, properties: { name: shape.properties.name, code } };
  });
}
