// What lies over and under the areas: countries, claims, pockets, the shapes of the day's events.

const CLAIM_HATCH = { size: 8, line: 1.8 };
const POCKET_LEAST_PX = 24;
const EQUATOR_M_PER_PX = 156_543;

// --- countries ------------------------------------------------------------------------------

/** Land and the borders of countries, the same on all days. */
function createBackdrop(map, model) {
  const options = { pane: "gf-backdrop", renderer: svgIn("gf-backdrop"), interactive: false };
  L.polygon(model.backdrop.land, { ...options, className: "gf-land" }).addTo(map);
  L.polyline(model.backdrop.coast, { ...options, fill: false, className: "gf-coast" }).addTo(map);
  L.polyline(model.backdrop.borders, { ...options, fill: false, className: "gf-country" }).addTo(map);
}

const regionNames = new Map();

/** The name of a country in the reader's language, as the browser knows it. */
function countryName(code) {
  const { locale } = currentLanguage();
  if (!regionNames.has(locale)) regionNames.set(locale, new Intl.DisplayNames([locale], { type: "region" }));
  return regionNames.get(locale).of(code);
}

// --- claims ---------------------------------------------------------------------------------

/** For each piece the actor who claims it without the claim being accepted, NONE for most. */
function claimants(model, states, patchLabels) {
  const found = new Int32Array(model.firstPatchLabels.length).fill(NONE);
  for (const { place, pieces } of model.claimGrounds) {
    const { label, claimedBy } = states[place];
    const { status, actors } = model.labels[label];
    const claimant = status === "held" ? claimedBy.find((actor) => !actors.includes(actor)) : undefined;
    if (claimant === undefined) continue;
    // Ground that is drawn as the claimant's, or as nobody's, is not hatched as claimed.
    for (const piece of pieces) {
      const shown = model.labels[patchLabels[piece]];
      if (shown.status === "held" && !shown.actors.includes(claimant)) found[piece] = claimant;
    }
  }
  return found;
}

/** Thin lines in a claimant's colour, falling where the stripes of contested ground rise. */
function claimPattern(id, color) {
  const { size, line } = CLAIM_HATCH;
  const pattern = svgElement("pattern", {
    id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-45)",
  });
  pattern.append(svgElement("rect", { x: 0, y: 0, width: line, height: size, fill: color }));
  return pattern;
}

/** The ground of places that somebody claims: hatched in the colour of the claimant, over the holder's. */
function createClaims(map, model, root) {
  const prefix = `${map.getContainer().id}-claim`;
  const definitions = svgElement("defs");
  const holder = svgElement("svg", { width: 0, height: 0, "aria-hidden": "true", class: "gf-hatches" });
  holder.append(definitions);
  root.append(holder);
  const options = { pane: "gf-claims", renderer: svgIn("gf-claims") };
  const paths = model.actors.map((_, actor) => chainArea(model, { ...options, className: `gf-claim gf-claim-${actor}` }).addTo(map));
  let drawn = null;
  return {
    draw(states, patchLabels) {
      if (!model.claimGrounds.length) return;
      const now = claimants(model, states, patchLabels);
      if (drawn?.every((actor, piece) => actor === now[piece])) return;
      drawn = now;
      areaRings(model, now, model.actors.length).forEach((rings, actor) => paths[actor].setChains(rings));
    },
    paint(theme) {
      definitions.replaceChildren(...model.actors.map((_, actor) => claimPattern(`${prefix}-${actor}`, theme.actors[actor])));
      paths.forEach((path, actor) => path.setStyle({ fillColor: `url(#${prefix}-${actor})`, color: theme.actors[actor] }));
    },
  };
}

// --- pockets --------------------------------------------------------------------------------

function pocketsOn(model, day) {
  const known = pocketsKept.get(model);
  if (known?.day === day) return known.found;
  const found = model.pocketStates.filter(({ first, last }) => first <= day && day <= last);
  pocketsKept.set(model, { day, found });
  return found;
}

const pocketsKept = new WeakMap();

function pocketKm2(pocket) {
  return pocket.km2.reduce((sum, [, km2]) => sum + km2, 0);
}

/** How many pixels wide some ground is about. */
function widthPx(map, km2) {
  const metresPerPx = (EQUATOR_M_PER_PX * Math.cos((map.getCenter().lat * Math.PI) / 180)) / 2 ** map.getZoom();
  return (1000 * Math.sqrt(km2)) / metresPerPx;
}

/** Ticks along the outline of the ground that is enclosed on the day, unless it is too small for them. */
function createPockets(map, model) {
  const path = chainLine(model, { pane: "gf-pockets", renderer: svgIn("gf-pockets"), className: "gf-pocket" }).addTo(map);
  let drawn = [];
  let today = 0;
  const pockets = {
    draw(day) {
      today = day;
      const seen = pocketsOn(model, day).filter((pocket) => widthPx(map, pocketKm2(pocket)) > POCKET_LEAST_PX);
      if (seen.length === drawn.length && seen.every((pocket, i) => pocket === drawn[i])) return;
      drawn = seen;
      const pieces = new Int32Array(model.firstPatchLabels.length).fill(NONE);
      seen.forEach((pocket, i) => pocket.pieces().forEach((piece) => { pieces[piece] = i; }));
      path.setChains(areaRings(model, pieces, seen.length).flat());
    },
  };
  map.on("zoomend", () => pockets.draw(today));
  return pockets;
}

// --- events ---------------------------------------------------------------------------------

/** The lines and polygons that events of the day are said to be of, in the colour of who acted. */
function createEventShapes(map, model) {
  const renderer = svgIn("gf-shapes");
  const group = L.layerGroup().addTo(map);
  const shaped = model.eventsOnDay.map((events) => events.filter(({ shape }) => shape));
  let drawn = null;
  return {
    draw(day, theme) {
      const key = shaped[day].length ? `${day}${theme.actors}` : "";
      if (key === drawn) return;
      drawn = key;
      group.clearLayers();
      for (const event of shaped[day]) {
        const [lines, rings] = event.shape;
        const options = (name) => ({
          pane: "gf-shapes", renderer, interactive: false, smoothFactor: 0,
          className: `${name}${event.standing === "confirmed" ? "" : " gf-shape-unconfirmed"}`,
        });
        const color = theme.actors[event.actors[0]] ?? theme.muted;
        for (const name of ["gf-shape-casing", "gf-shape"]) {
          if (lines.length) L.polyline(lines, { ...options(name), color, fill: false }).addTo(group);
          if (rings.length) L.polygon(rings, { ...options(name), color, fillColor: color }).addTo(group);
        }
      }
    },
  };
}
