import { expect, test } from "vitest";
import atlas from "world-atlas/countries-110m.json";
import { codeOfShape } from "@/components/map/country-numbers";
import { countryName } from "@/lib/format";

// What the atlas calls otherwise, or shortens.
const OTHERWISE = new Map([
  ["W. Sahara", "Western Sahara"],
  ["United States of America", "United States"],
  ["Dem. Rep. Congo", "Congo - Kinshasa"],
  ["Dominican Rep.", "Dominican Republic"],
  ["Bahamas", "Bahamas"],
  ["Falkland Is.", "Falkland Islands"],
  ["Fr. S. Antarctic Lands", "French Southern Territories"],
  ["Central African Rep.", "Central African Republic"],
  ["Congo", "Congo - Brazzaville"],
  ["Eq. Guinea", "Equatorial Guinea"],
  ["eSwatini", "Eswatini"],
  ["Palestine", "Palestinian Territories"],
  ["Myanmar", "Myanmar (Burma)"],
  ["Solomon Is.", "Solomon Islands"],
  ["Bosnia and Herz.", "Bosnia & Herzegovina"],
  ["Macedonia", "North Macedonia"],
  ["Trinidad and Tobago", "Trinidad & Tobago"],
  ["S. Sudan", "South Sudan"],
  ["Côte d'Ivoire", "Côte d’Ivoire"],
  ["Turkey", "Türkiye"],
]);
const WITHOUT = ["N. Cyprus", "Somaliland"];

test("each shape of the map has the two letters of the country that it is named after", () => {
  const wrong = atlas.objects.countries.geometries.flatMap((shape) => {
    const { name } = shape.properties;
    const code = codeOfShape("id" in shape ? shape.id : undefined, name);
    if (WITHOUT.includes(name)) return code === null ? [] : [name];
    const wanted = OTHERWISE.get(name) ?? name;
    return countryName(code) === wanted || (name === "Turkey" && code === "TR") ? [] : [`${name}: ${code}`];
  });
  expect(wrong).toEqual([]);
});
