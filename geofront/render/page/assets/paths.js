// Lines as text for SVG paths. Projected once for each zoom; a day's paths are put together from it.

// Points lie on halves of a pixel, so that what is written is short and its sum exact.
const PER_PX = 2;
const PROJECTED_AT_MOST = 20_000;
const NO_PATH = "M0 0";

const inks = new WeakMap();

/** What is kept of a model at a zoom: `arcs` and `lines`, each `{points, texts: [along, against]}`. */
function inkOf(map, model) {
  const zoom = map.getZoom();
  const { crs } = map.options;
  const known = inks.get(model);
  if (known?.zoom === zoom && known.crs === crs) return known;
  const ink = { zoom, crs, scale: (PER_PX * crs.scale(zoom)) / crs.scale(0), worlds: known?.crs === crs ? known.worlds : [], arcs: [], lines: new Map() };
  inks.set(model, ink);
  return ink;
}

/** Flat coordinates of an arc where the whole world is drawn at zoom 0. */
function worldPoints(ink, model, arc) {
  if (!ink.worlds[arc]) {
    const { points } = model.arcs[arc];
    const world = new Float64Array(points.length);
    const spot = new L.LatLng(0, 0);
    for (let i = 0; i < points.length; i += 2) {
      [spot.lng, spot.lat] = [points[i], points[i + 1]];
      const { x, y } = ink.crs.latLngToPoint(spot, 0);
      world[i] = x;
      world[i + 1] = y;
    }
    ink.worlds[arc] = world;
  }
  return ink.worlds[arc];
}

/** Steps of halves of a pixel between points, without those that do not move. */
function stepsText(points, forward) {
  const numbers = [];
  const last = points.length - 2;
  for (let k = 2; k <= last; k += 2) {
    const [from, to] = forward ? [k - 2, k] : [last - k + 2, last - k];
    const dx = points[to] - points[from];
    const dy = points[to + 1] - points[from + 1];
    if (dx || dy) numbers.push(dx / PER_PX, dy / PER_PX);
  }
  return numbers.length ? `l${numbers.join(" ")}` : "";
}

function written(ink, world) {
  return { points: Int32Array.from(world, (value) => Math.round(value * ink.scale)), texts: [null, null] };
}

function textOf(entry, forward) {
  const which = forward ? 0 : 1;
  entry.texts[which] ??= stepsText(entry.points, forward);
  return entry.texts[which];
}

function arcInk(ink, model, arc) {
  ink.arcs[arc] ??= written(ink, worldPoints(ink, model, arc));
  return ink.arcs[arc];
}

/** The points of all arcs of a line, one after the other. */
function joinedPoints(line, pointsOf) {
  const joined = [];
  for (const step of line.steps) {
    const points = pointsOf(step < 0 ? ~step : step);
    const last = points.length - 2;
    for (let k = joined.length ? 2 : 0; k <= last; k += 2) {
      const at = step < 0 ? last - k : k;
      joined.push(points[at], points[at + 1]);
    }
  }
  return joined;
}

/**
 * A line through the middles of its former edges, its corners cut (Chaikin 1974); its ends stay. So
 * the steps of a raster's cells become a line that stays within the cells on either side.
 */
function smoothed(points) {
  const last = points.length - 2;
  if (last < 4) return points;
  const closed = points[0] === points[last] && points[1] === points[last + 1];
  const line = closed ? [] : [points[0], points[1]];
  for (let i = 0; i < last; i += 2) line.push((points[i] + points[i + 2]) / 2, (points[i + 1] + points[i + 3]) / 2);
  if (closed) line.push(line[0], line[1]);
  else line.push(points[last], points[last + 1]);
  const cut = closed ? [] : [points[0], points[1]];
  const between = (i, share) => line[i] + (line[i + 2] - line[i]) * share;
  for (let i = 0; i + 2 < line.length; i += 2) {
    cut.push(between(i, 0.25), between(i + 1, 0.25), between(i, 0.75), between(i + 1, 0.75));
  }
  if (closed) cut.push(cut[0], cut[1]);
  else cut.push(points[last], points[last + 1]);
  return cut;
}

/** A smooth line; known by its arcs from day to day. */
function lineInk(ink, model, line) {
  const key = line.steps.join();
  if (!ink.lines.has(key)) {
    if (ink.lines.size > PROJECTED_AT_MOST) ink.lines.clear();
    ink.lines.set(key, written(ink, smoothed(joinedPoints(line, (arc) => worldPoints(ink, model, arc)))));
  }
  return ink.lines.get(key);
}

function pointsOfLine(ink, model, line) {
  return line.smooth ? lineInk(ink, model, line).points : joinedPoints(line, (arc) => arcInk(ink, model, arc).points);
}

/** The first point of a line that is walked in a direction. */
function startOf(ink, model, line, forward) {
  if (line.smooth) {
    const { points } = lineInk(ink, model, line);
    return forward ? [points[0], points[1]] : [points.at(-2), points.at(-1)];
  }
  const step = forward ? line.steps[0] : ~line.steps.at(-1);
  const { points } = arcInk(ink, model, step < 0 ? ~step : step);
  return step < 0 ? [points.at(-2), points.at(-1)] : [points[0], points[1]];
}

function lineText(ink, model, line, forward) {
  if (line.smooth) return textOf(lineInk(ink, model, line), forward);
  let text = "";
  const { steps } = line;
  for (let k = 0; k < steps.length; k += 1) {
    const step = forward ? steps[k] : ~steps[steps.length - 1 - k];
    text += step < 0 ? textOf(arcInk(ink, model, ~step), false) : textOf(arcInk(ink, model, step), true);
  }
  return text;
}

/** A chain as a path. A closed line may be walked either way, so both its sides share one text. */
function chainText(ink, model, chain, origin) {
  const closed = chain.length === 1 && chain[0].line.from === chain[0].line.to;
  const parts = chain.map(({ line, forward }) => lineText(ink, model, line, forward || closed));
  const [x, y] = startOf(ink, model, chain[0].line, chain[0].forward || closed);
  return `M${x / PER_PX - origin.x} ${y / PER_PX - origin.y}${parts.join("")}`;
}

// --- of which only a part is in sight -------------------------------------------------------

/** The points of a chain in a map's own pixels. */
function chainPoints(ink, model, chain, origin) {
  const found = [];
  for (const { line, forward } of chain) {
    const points = pointsOfLine(ink, model, line);
    const last = points.length - 2;
    for (let k = found.length ? 2 : 0; k <= last; k += 2) {
      const at = forward ? k : last - k;
      found.push(L.point(points[at] / PER_PX - origin.x, points[at + 1] / PER_PX - origin.y));
    }
  }
  return found;
}

function pointsText(points) {
  return points.length > 1 ? `M${points.map(({ x, y }) => `${x} ${y}`).join("L")}` : "";
}

/** A line's parts within bounds: dashes that nobody sees would take long to draw. */
function seenLine(points, bounds) {
  const runs = [];
  let run = null;
  for (let i = 1; i < points.length; i += 1) {
    const seen = bounds.intersects(L.bounds(points[i - 1], points[i]));
    if (!seen) run = null;
    else if (run) run.push(points[i]);
    else runs.push(run = [points[i - 1], points[i]]);
  }
  return runs.map(pointsText).join("");
}

function seenText(ink, model, chain, origin, bounds, filled) {
  const points = chainPoints(ink, model, chain, origin);
  const box = L.bounds(points);
  if (!bounds.intersects(box)) return "";
  if (bounds.contains(box)) return chainText(ink, model, chain, origin);
  return filled ? pointsText(L.PolyUtil.clipPolygon(points, bounds)) : seenLine(points, bounds);
}

/** Chains as one path on a map, or the part of it within the bounds of its renderer. */
function pathText(map, model, chains, bounds, filled) {
  const ink = inkOf(map, model);
  const origin = map.getPixelOrigin();
  const whole = L.bounds(map.latLngToLayerPoint(model.bounds.getNorthWest()), map.latLngToLayerPoint(model.bounds.getSouthEast()));
  const text = bounds.contains(whole)
    ? (chain) => chainText(ink, model, chain, origin)
    : (chain) => seenText(ink, model, chain, origin, bounds, filled);
  return chains.map(text).join("") || NO_PATH;
}

/** A Leaflet path that draws chains of a model: `setChains(chains)`. */
const ChainPath = L.Path.extend({
  initialize(model, options) {
    L.setOptions(this, { interactive: false, ...options });
    this._model = model;
    this._chains = [];
  },
  setChains(chains) {
    this._chains = chains;
    return this.redraw();
  },
  _project() {},
  _update() {
    if (this._map) this._updatePath();
  },
  _updatePath() {
    const text = this._chains.length
      ? pathText(this._map, this._model, this._chains, this._renderer._bounds, this.options.fill) : NO_PATH;
    if (text === this._text) return;
    this._text = text;
    this._renderer._setPath(this, text);
  },
});

function chainArea(model, options) {
  return new ChainPath(model, { ...options, fill: true });
}

function chainLine(model, options) {
  return new ChainPath(model, { ...options, fill: false });
}
