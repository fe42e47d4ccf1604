// Shapes of a day, read from the arcs whose two sides differ: areas as rings, fronts as lines.

// What lies beyond the map's extent; NONE is ground that is drawn otherwise.
const BEYOND = -2;

/** The label of the patch on one side of an arc. */
function labelOf(labels, patch) {
  return patch === NONE ? BEYOND : labels[patch];
}

/** The arcs whose two sides differ, and how many of them end at each node. */
function partingArcs(model, labels) {
  const degree = new Uint8Array(model.nodes);
  const parting = model.arcs.filter((arc) => labelOf(labels, arc.left) !== labelOf(labels, arc.right));
  for (const { from, to } of parting) {
    degree[from] += 1;
    degree[to] += 1;
  }
  return { parting, degree };
}

/**
 * The lines of a day: arcs joined where no third label meets them, `{left, right, from, to, points}`,
 * left and right the labels. An area and its neighbour are drawn along the same lines, smoothed alike.
 */
function drawnLines(model, labels) {
  const { parting, degree } = partingArcs(model, labels);
  const at = new Map();
  for (const arc of parting) {
    for (const node of [arc.from, arc.to]) {
      if (degree[node] !== 2) continue;
      if (at.has(node)) at.get(node).push(arc);
      else at.set(node, [arc]);
    }
  }
  const used = new Set();
  const walk = (first, forward) => {
    const points = [];
    const from = forward ? first.from : first.to;
    let [arc, node] = [first, from];
    while (arc && !used.has(arc)) {
      used.add(arc);
      const along = arc.from === node;
      appendPoints(points, { arc, forward: along });
      node = along ? arc.to : arc.from;
      const passed = arc;
      arc = degree[node] === 2 ? at.get(node).find((other) => other !== passed) : null;
    }
    const [left, right] = [labelOf(labels, first.left), labelOf(labels, first.right)];
    const smooth = model.smooth && left !== BEYOND && right !== BEYOND;
    return {
      left: forward ? left : right, right: forward ? right : left, from, to: node, points: smooth ? smoothed(points) : points,
    };
  };
  const lines = [];
  for (const arc of parting) {
    if (used.has(arc)) continue;
    if (degree[arc.from] !== 2) lines.push(walk(arc, true));
    else if (degree[arc.to] !== 2) lines.push(walk(arc, false));
  }
  for (const arc of parting) if (!used.has(arc)) lines.push(walk(arc, true));
  return lines;
}

const LINES_KEPT = 3;
const linesKept = new WeakMap();

/** The lines of a day, the very same ones as long as the labels are the same. */
function linesOf(model, labels) {
  const kept = linesKept.get(model) ?? [];
  const known = kept.find((entry) => entry.labels.every((label, piece) => label === labels[piece]));
  if (known) return known.lines;
  const entry = { labels: Int32Array.from(labels), lines: drawnLines(model, labels) };
  linesKept.set(model, [entry, ...kept].slice(0, LINES_KEPT));
  return entry.lines;
}

/** The point that far from one to another. */
function between(a, b, share) {
  return new L.LatLng(a.lat + (b.lat - a.lat) * share, a.lng + (b.lng - a.lng) * share);
}

/**
 * A line through the middles of its former edges, its corners cut (Chaikin 1974); its ends stay. So
 * the steps of a raster's cells become a line that stays within the cells on either side.
 */
function smoothed(points) {
  const last = points.length - 1;
  if (last < 2) return points;
  const closed = points[0] === points[last] || (points[0].lat === points[last].lat && points[0].lng === points[last].lng);
  const middles = [];
  for (let i = 0; i < last; i += 1) middles.push(between(points[i], points[i + 1], 0.5));
  const line = closed ? [...middles, middles[0]] : [points[0], ...middles, points[last]];
  const cut = [];
  for (let i = 0; i + 1 < line.length; i += 1) {
    cut.push(between(line[i], line[i + 1], 0.25), between(line[i], line[i + 1], 0.75));
  }
  return closed ? [...cut, cut[0]] : [points[0], ...cut, points[last]];
}

/** The lines of each label's outline, each directed with the label on its left. */
function outlineArcs(lines, size) {
  const outlines = Array.from({ length: size }, () => []);
  for (const line of lines) {
    const { left, right, from, to } = line;
    if (left >= 0) outlines[left].push({ arc: line, from, to, forward: true });
    if (right >= 0) outlines[right].push({ arc: line, from: to, to: from, forward: false });
  }
  return outlines;
}

/** Add the points of a directed arc to a line that ends where the arc starts. */
function appendPoints(line, { arc, forward }) {
  const { points } = arc;
  const last = points.length - 1;
  for (let i = line.length ? 1 : 0; i <= last; i += 1) line.push(points[forward ? i : last - i]);
}

/** Join directed arcs to closed rings; at a node any arc that leaves it will do (even-odd fill). */
function joinRings(directed) {
  const leaving = new Map();
  for (const step of directed) {
    if (!leaving.has(step.from)) leaving.set(step.from, []);
    leaving.get(step.from).push(step);
  }
  const rings = [];
  for (const first of directed) {
    if (first.used) continue;
    const ring = [];
    let step = first;
    while (step) {
      step.used = true;
      appendPoints(ring, step);
      step = step.to === first.from ? null : nextUnused(leaving.get(step.to));
    }
    rings.push(ring);
  }
  return rings;
}

function nextUnused(steps = []) {
  while (steps.length) {
    const step = steps.pop();
    if (!step.used) return step;
  }
  return null;
}

/** One list of rings for each number up to `size` that lines part; NONE is left out. */
function ringsWithin(lines, size) {
  return outlineArcs(lines, size).map(joinRings);
}

/** The same of the numbers that the pieces carry. */
function areaRings(model, labels, size = model.labels.length) {
  return ringsWithin(linesOf(model, labels), size);
}

/**
 * What parts each pair of labels: "front", "contested" (front), "border" between actors who are
 * not opposed, or nothing. Which labels are opposed was decided in Python, anew for each day on
 * which an actor changes sides: `fronts` are those of one such span of days.
 */
function frontKinds(model, fronts) {
  const held = model.labels.map(({ status }) => status === "held");
  const kinds = held.map((one, i) => held.map((other, j) => (one && other && i !== j ? "border" : null)));
  for (const [one, other, contested] of fronts) {
    kinds[one][other] = contested ? "contested" : "front";
    kinds[other][one] = kinds[one][other];
  }
  return kinds;
}

/** Lines of each kind of front: `{front: [...], contested: [...], border: [...]}`. */
function frontLines(lines, kinds) {
  const found = { front: [], contested: [], border: [] };
  for (const line of lines) {
    const kind = line.left >= 0 && line.right >= 0 ? kinds[line.left][line.right] : null;
    if (kind) found[kind].push(line);
  }
  return Object.fromEntries(Object.entries(found).map(([kind, list]) => [kind, joinLines(list)]));
}

/** Join arcs to lines as long as possible; those with ends first, then the closed ones. */
function joinLines(arcs) {
  const at = new Map();
  const touch = (node, step) => {
    if (!at.has(node)) at.set(node, []);
    at.get(node).push(step);
  };
  const used = new Set();
  for (const arc of arcs) {
    touch(arc.from, { arc, to: arc.to, forward: true });
    touch(arc.to, { arc, to: arc.from, forward: false });
  }
  const unused = (node) => at.get(node).find((step) => !used.has(step.arc));
  const walk = (node) => {
    const line = [];
    for (let step = unused(node); step; step = unused(step.to)) {
      used.add(step.arc);
      appendPoints(line, step);
    }
    return line;
  };
  const lines = [...at.keys()].filter((node) => at.get(node).length % 2 === 1).map(walk);
  for (const node of at.keys()) {
    while (unused(node)) lines.push(walk(node));
  }
  return lines.filter((line) => line.length > 1);
}

/** The outline of the extent, which is the same on all days. */
function extentLines(model) {
  return joinLines(model.arcs.filter((arc) => arc.left === NONE || arc.right === NONE));
}
