// The Leaflet layers under the places: graticule, areas, front lines.

const SVG = "http://www.w3.org/2000/svg";
const STRIPE = 5;
const PANES = {
  "gf-backdrop": 300, "gf-graticule": 310, "gf-areas": 320, "gf-claims": 322, "gf-pockets": 326, "gf-fronts": 330, "gf-shapes": 340,
  "gf-places": 450,
};
const GRATICULE_STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const GRATICULE_PX = 100;
const TICK_MARGIN = { left: 46, right: 48, top: 16, bottom: 40 };
const DRAWN_OUTSIDE = 0.3;
const CHAINS_APART_FROM = 64;
const GROUND_PARTS = 6;

function makePanes(map) {
  for (const [name, zIndex] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
  }
}

/** Which panes show a layer that can be switched; places and names share a canvas, which knows itself. */
const LAYER_PANES = {
  areas: "gf-areas", fronts: "gf-fronts", claims: "gf-claims", pockets: "gf-pockets", events: "gf-shapes",
  backdrop: "gf-backdrop", graticule: "gf-graticule",
};

/** Show and hide the layers as the reader switched them. */
function switchPanes(map, layers) {
  for (const [layer, pane] of Object.entries(LAYER_PANES)) map.getPane(pane).style.display = layers[layer] ? "" : "none";
  const ticks = map.getContainer().querySelector(".gf-ticks");
  if (ticks) ticks.hidden = !layers.graticule;
}

function svgIn(pane) {
  return L.svg({ pane, padding: DRAWN_OUTSIDE });
}

function svgElement(tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** A pattern of diagonal stripes, one per colour. */
function hatchPattern(id, colors) {
  const size = STRIPE * colors.length;
  const pattern = svgElement("pattern", {
    id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
  });
  colors.forEach((fill, i) => {
    pattern.append(svgElement("rect", { x: i * STRIPE, y: 0, width: STRIPE, height: size, fill }));
  });
  return pattern;
}

/** An invisible SVG that holds the patterns of the contested labels. */
function createHatches(root, model, prefix) {
  const definitions = svgElement("defs");
  const holder = svgElement("svg", { width: 0, height: 0, "aria-hidden": "true", class: "gf-hatches" });
  holder.append(definitions);
  root.append(holder);
  return {
    idOf: (label) => `${prefix}-hatch-${label}`,
    paint(theme) {
      const patterns = model.labels.flatMap((label, i) => (
        label.status === "contested" ? [hatchPattern(this.idOf(i), partyColors(theme, label))] : []
      ));
      definitions.replaceChildren(...patterns);
    },
  };
}

/** The areas: one path for each label that is held or contested. */
function createAreas(map, model, hatches) {
  const renderer = svgIn("gf-areas");
  const paths = model.labels.map(({ status }, label) => (status === "unknown" ? null : chainArea(model, {
    pane: "gf-areas", renderer, className: `gf-area gf-area-${status} gf-label-${label}`, stroke: false,
  }).addTo(map)));
  const fillOf = (label, theme) => (model.labels[label].status === "contested"
    ? `url(#${hatches.idOf(label)})` : partyColors(theme, model.labels[label])[0]);
  let drawn = null;
  return {
    /** Draw the areas that lines between labels part. */
    draw(lines) {
      if (lines === drawn) return;
      drawn = lines;
      ringsWithin(lines, paths.length).forEach((rings, label) => paths[label]?.setChains(rings));
    },
    paint(theme) {
      paths.forEach((path, label) => path?.setStyle({ fillColor: fillOf(label, theme) }));
    },
  };
}

/**
 * Chains in as many lists as the map has parts, by where they begin; in one if they are few. A
 * browser draws the screen in tiles, and follows the whole of every path that touches a tile.
 */
function chainsByGround(model, chains) {
  if (chains.length < CHAINS_APART_FROM) return [chains];
  const { bounds } = model;
  const share = (value, low, high) => Math.max(0, Math.min(GROUND_PARTS - 1, Math.floor((GROUND_PARTS * (value - low)) / (high - low))));
  const partOf = ([{ line }]) => {
    const [step] = line.steps;
    const [lng, lat] = model.arcs[step < 0 ? ~step : step].points;
    return share(lng, bounds.getWest(), bounds.getEast()) * GROUND_PARTS + share(lat, bounds.getSouth(), bounds.getNorth());
  };
  return groupBy(chains, GROUND_PARTS ** 2, partOf);
}

/** The fronts, each line over a wider one in the colour of the paper, and the extent's outline. */
function createFronts(map, model) {
  const renderer = svgIn("gf-fronts");
  const line = (className) => chainLine(model, { pane: "gf-fronts", renderer, className }).addTo(map);
  line("gf-extent").setChains(extentLines(model));
  const classes = { border: ["gf-border"], contested: ["gf-casing", "gf-front-contested"], front: ["gf-casing", "gf-front"] };
  const layers = Object.fromEntries(Object.entries(classes).map(([kind, names]) => [kind, [names.map((name) => line(name))]]));
  /** The lines of a part of the map; the casings of all parts lie under the lines of all. */
  const partLayers = (kind, part) => {
    layers[kind][part] ??= classes[kind].map((name) => (name === "gf-casing" ? line(name).bringToBack() : line(name)));
    return layers[kind][part];
  };
  const eras = model.fronts.map(([from, fronts]) => ({ from, kinds: frontKinds(model, fronts) }));
  let drawn = {};
  return {
    draw(lines, day) {
      const { kinds } = eras.findLast(({ from }) => from <= day);
      if (lines === drawn.lines && kinds === drawn.kinds) return;
      drawn = { lines, kinds };
      for (const [kind, found] of Object.entries(frontLines(lines, kinds))) {
        const parts = chainsByGround(model, found);
        for (let part = 0; part < Math.max(parts.length, layers[kind].length); part += 1) {
          partLayers(kind, part).forEach((layer) => layer.setChains(parts[part] ?? []));
        }
      }
    },
  };
}

/** The least step, of round ones, that keeps the meridians apart. */
function graticuleStep(map) {
  const view = map.getBounds();
  const degreesPerPx = (view.getEast() - view.getWest()) / Math.max(1, map.getSize().x);
  return GRATICULE_STEPS.findLast((step) => step / degreesPerPx >= GRATICULE_PX) ?? GRATICULE_STEPS[0];
}

function multiplesBetween(low, high, step) {
  const values = [];
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) values.push(k * step);
  return values;
}

function degrees(value, positive, negative) {
  const rounded = Math.abs(value).toFixed(2).replace(/\.?0+$/, "");
  if (Number(rounded) === 0) return "0°";
  return t(value > 0 ? positive : negative, { degrees: rounded });
}

/** Lines of equal longitude and latitude, with their degrees along the edges of the map; returns what ends its listening. */
function createGraticule(map, settings) {
  const lines = L.polyline([], {
    pane: "gf-graticule", renderer: svgIn("gf-graticule"), className: "gf-graticule", interactive: false,
  }).addTo(map);
  const ticks = el("div", { class: "gf-ticks", "aria-hidden": "true" });
  map.getContainer().append(ticks);
  const drawLines = () => {
    const step = graticuleStep(map);
    const wide = map.getBounds().pad(DRAWN_OUTSIDE);
    lines.setLatLngs([
      ...multiplesBetween(wide.getWest(), wide.getEast(), step)
        .map((lng) => [[wide.getSouth(), lng], [wide.getNorth(), lng]]),
      ...multiplesBetween(wide.getSouth(), wide.getNorth(), step)
        .map((lat) => [[lat, wide.getWest()], [lat, wide.getEast()]]),
    ]);
  };
  const drawTicks = () => ticks.replaceChildren(...graticuleTicks(map));
  map.on("moveend", drawLines);
  map.on("move zoomend resize", drawTicks);
  drawLines();
  drawTicks();
  return settings.subscribe(drawTicks, "language");
}

function graticuleTicks(map) {
  const view = map.getBounds();
  const size = map.getSize();
  const step = graticuleStep(map);
  const meridians = multiplesBetween(view.getWest(), view.getEast(), step)
    .map((lng) => ({ px: map.latLngToContainerPoint([view.getSouth(), lng]).x, text: degrees(lng, "map.east", "map.west") }))
    .filter(({ px }) => px > TICK_MARGIN.left && px < size.x - TICK_MARGIN.right)
    .map(({ px, text }) => el("span", { class: "gf-tick gf-tick-lng", style: { left: `${px}px` } }, text));
  const parallels = multiplesBetween(view.getSouth(), view.getNorth(), step)
    .map((lat) => ({ px: map.latLngToContainerPoint([lat, view.getWest()]).y, text: degrees(lat, "map.north", "map.south") }))
    .filter(({ px }) => px > TICK_MARGIN.top && px < size.y - TICK_MARGIN.bottom)
    .map(({ px, text }) => el("span", { class: "gf-tick gf-tick-lat", style: { top: `${px}px` } }, text));
  return [...meridians, ...parallels];
}
