import { expect, test } from "vitest";
import { platformGeo } from "@/lib/client-ip";

const vercel = (country: string, city: string, latitude: string, longitude: string) =>
  new Headers({
    "x-vercel-ip-country": country,
    "x-vercel-ip-city": city,
    "x-vercel-ip-latitude": latitude,
    "x-vercel-ip-longitude": longitude,
  });

const cloudflare = (country: string, city: string, latitude: string, longitude: string) =>
  new Headers({
    "cf-ipcountry": country,
    "cf-ipcity": city,
    "cf-iplatitude": latitude,
    "cf-iplongitude": longitude,
  });

const LAGOS = { countryCode: "NG", city: "Lagos", latitude: 6.4541, longitude: 3.3947 };

test("each platform's own headers are read on that platform", () => {
  expect(platformGeo(vercel("NG", "Lagos", "6.4541", "3.3947"), "vercel", true)).toEqual(LAGOS);
  expect(platformGeo(cloudflare("NG", "Lagos", "6.4541", "3.3947"), "cloudflare", true)).toEqual(LAGOS);
});

test("nobody's headers are read off the platform, on the other one, or from an untrusted peer", () => {
  expect(platformGeo(vercel("NG", "Lagos", "6.4541", "3.3947"), null, true)).toBeNull();
  expect(platformGeo(vercel("NG", "Lagos", "6.4541", "3.3947"), "cloudflare", true)).toBeNull();
  expect(platformGeo(vercel("NG", "Lagos", "6.4541", "3.3947"), "vercel", false)).toBeNull();
});

test("city names arrive whole: percent-encoded on Vercel, UTF-8 in Latin-1 on Cloudflare", () => {
  expect(platformGeo(vercel("BR", "S%C3%A3o%20Paulo", "", ""), "vercel", true)?.city).toBe("São Paulo");
  const asBytes = String.fromCharCode(...new TextEncoder().encode("São Paulo"));
  expect(platformGeo(cloudflare("BR", asBytes, "", ""), "cloudflare", true)?.city).toBe("São Paulo");
  expect(platformGeo(cloudflare("BR", "S\u00e3o Paulo", "", ""), "cloudflare", true)?.city).toBe("São Paulo");
  expect(platformGeo({ get: () => "Łódź" }, "cloudflare", true)?.city).toBe("Łódź");
});

test.each([
  ["an unknown country", ["XX", "", "", ""], null],
  ["Tor", ["T1", "", "", ""], null],
  ["a country of three letters", ["NGA", "", "", ""], null],
  ["markup for a country", ["<b>", "", "", ""], null],
  [
    "a small country code",
    ["ng", "", "", ""],
    { countryCode: "NG", city: null, latitude: null, longitude: null },
  ],
  [
    "a broken encoding",
    ["NG", "%E0%A4%A", "", ""],
    { countryCode: "NG", city: null, latitude: null, longitude: null },
  ],
  ["a line break in the city", ["", "Lagos%0AX-Evil:1", "", ""], null],
  ["a city of 101 characters", ["", "x".repeat(101), "", ""], null],
  ["half a coordinate", ["", "", "6.4", ""], null],
  ["a latitude of 91", ["", "", "91", "3"], null],
  ["a longitude of 181", ["", "", "6", "181"], null],
  ["a number in another notation", ["", "", "0x6", "1e1"], null],
  ["not a number", ["", "", "NaN", "Infinity"], null],
  ["the poles", ["", "", "-90", "180.0"], { countryCode: null, city: null, latitude: -90, longitude: 180 }],
] as const)("%s is judged by itself", (_name, [country, city, latitude, longitude], expected) => {
  expect(platformGeo(vercel(country, city, latitude, longitude), "vercel", true)).toEqual(expected);
});
