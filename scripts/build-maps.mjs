// Writes the shapes of app/core/map_shapes.json to standard output; scripts/build-maps brings what this needs.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoEqualEarth, geoPath, geoTransform } from "d3-geo";
import { feature } from "topojson-client";
import { filter, filterWeight, presimplify, simplify } from "topojson-simplify";

const require = createRequire(import.meta.url);
const countries = require("i18n-iso-countries");
const read = (name) => JSON.parse(readFileSync(require.resolve(name), "utf8"));
const WORLD_WIDTH = 800;

// Whole numbers, moves written as differences, nothing that would not be seen.
function compact(path) {
  return path
    .split("M")
    .filter(Boolean)
    .map((ring) => {
      const points = ring
        .replace("Z", "")
        .split("L")
        .map((pair) => pair.split(",").map((number) => Math.round(number)));
      const kept = points.filter((one, at) => at === 0 || one[0] !== points[at - 1][0] || one[1] !== points[at - 1][1]);
      if (kept.length > 1 && String(kept[0]) === String(kept.at(-1))) kept.pop();
      if (kept.length < 3) return "";
      const steps = kept.slice(1).map(([x, y], at) => joined(x - kept[at][0], y - kept[at][1]));
      return `M${joined(...kept[0])}l${steps.map((step, at) => (at && !step.startsWith("-") ? ` ${step}` : step)).join("")}z`;
    })
    .join("");
}

const joined = (x, y) => (y < 0 ? `${x}${y}` : `${x} ${y}`);

function outlines(topology, name, least, path, key) {
  const light = simplify(presimplify(topology), least);
  const shown = filter(light, filterWeight(light, least));
  const shapes = {};
  for (const one of feature(shown, shown.objects[name]).features) {
    const found = key(one);
    if (found) shapes[found] = (shapes[found] ?? "") + compact(path(one) ?? "");
  }
  return shapes;
}

function middles(topology, name, path, key) {
  const points = {};
  for (const one of feature(topology, topology.objects[name]).features) {
    const found = key(one);
    const [x, y] = path.centroid(largest(one, path)).map((number) => Math.round(number));
    if (found && Number.isFinite(x)) points[found] = [x, y];
  }
  return points;
}

// The middle of the largest part: that of France is in Europe.
function largest(one, path) {
  if (one.geometry.type !== "MultiPolygon") return one;
  const parts = one.geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
  return parts.reduce((best, part) => (path.area(part) > path.area(best) ? part : best));
}

const STATES =
  "01AL02AK04AZ05AR06CA08CO09CT10DE11DC12FL13GA15HI16ID17IL18IN19IA20KS21KY22LA23ME24MD25MA26MI27MN28MS29MO30MT31NE" +
  "32NV33NH34NJ35NM36NY37NC38ND39OH40OK41OR42PA44RI45SC46SD47TN48TX49UT50VT51VA53WA54WV55WI56WY";
const postal = Object.fromEntries([...STATES.matchAll(/(\d\d)(\w\w)/g)].map((found) => [found[1], found[2]]));
const asIs = geoPath();
const states = read("us-atlas/states-albers-10m.json");
const stateOf = (one) => postal[one.id];

const projection = geoEqualEarth().rotate([-11, 0]).fitWidth?.(WORLD_WIDTH, { type: "Sphere" }) ?? geoEqualEarth();
const path = geoPath(projection);
const countryOf = (one) => (one.id && one.id !== "010" ? countries.numericToAlpha2(one.id) : undefined);
const near = read("world-atlas/countries-50m.json");
const far = read("world-atlas/countries-110m.json");
const [[, top], [, bottom]] = path.bounds({ type: "Sphere" });

process.stdout.write(
  JSON.stringify({
    about:
      "Made by scripts/build-maps. States: U.S. Census Bureau, cartographic boundary files (public domain). " +
      "Countries: Natural Earth, 1:110 million and 1:50 million (public domain). Outlines are simplified to be seen " +
      "at the size of a page; they take no position on any border.",
    us: {
      width: 975,
      height: 610,
      paths: outlines(states, "states", 3, asIs, stateOf),
      middles: middles(states, "states", asIs, stateOf),
    },
    world: {
      width: WORLD_WIDTH,
      height: Math.round(bottom - top),
      paths: outlines(far, "countries", 0.15, path, countryOf),
      middles: middles(near, "countries", path, countryOf),
    },
  }),
);
process.stdout.write("\n");
