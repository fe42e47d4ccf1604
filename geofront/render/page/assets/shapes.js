// Shapes of a day, read from the arcs whose two sides differ: areas as rings, fronts as chains of lines.

// What lies beyond the map's extent; NONE is ground that is drawn otherwise.
const BEYOND = -2;

/** The label of the patch on one side of an arc. */
function labelOf(labels, patch) {
  return patch === NONE ? BEYOND : labels[patch];
}

/** The numbers of the arcs whose two sides differ; how many end at each node, and the first two of those. */
function partingArcs({ arcs, nodes }, labels) {
  const parting = [];
  const degree = new Uint8Array(nodes);
  const ends = new Int32Array(2 * nodes);
  const note = (node, arc) => {
    if (degree[node] < 2) ends[2 * node + degree[node]] = arc;
    degree[node] += 1;
  };
  for (let i = 0; i < arcs.length; i += 1) {
    const { left, right, from, to } = arcs[i];
    if (labelOf(labels, left) === labelOf(labels, right)) continue;
    parting.push(i);
    note(from, i);
    note(to, i);
  }
  return { parting, degree, ends };
}

/**
 * The lines of a day: arcs joined where no third label meets them, `{left, right, from, to, steps,
 * smooth}`; left and right are labels, steps the numbers of arcs, `~number` for one against its
 * direction. An area and its neighbour are drawn along the same lines, smoothed alike.
 */
function drawnLines(model, labels) {
  const { arcs } = model;
  const { parting, degree, ends } = partingArcs(model, labels);
  const used = new Uint8Array(arcs.length);
  const walk = (first, forward) => {
    const steps = [];
    const from = forward ? arcs[first].from : arcs[first].to;
    let [arc, node] = [first, from];
    while (arc !== NONE && !used[arc]) {
      used[arc] = 1;
      const along = arcs[arc].from === node;
      steps.push(along ? arc : ~arc);
      node = along ? arcs[arc].to : arcs[arc].from;
      if (degree[node] !== 2) arc = NONE;
      else arc = ends[2 * node] === arc ? ends[2 * node + 1] : ends[2 * node];
    }
    const [left, right] = [labelOf(labels, arcs[first].left), labelOf(labels, arcs[first].right)];
    return {
      left: forward ? left : right,
      right: forward ? right : left,
      from,
      to: node,
      steps,
      smooth: model.smooth && left !== BEYOND && right !== BEYOND,
    };
  };
  const lines = [];
  for (const arc of parting) {
    if (used[arc]) continue;
    if (degree[arcs[arc].from] !== 2) lines.push(walk(arc, true));
    else if (degree[arcs[arc].to] !== 2) lines.push(walk(arc, false));
  }
  for (const arc of parting) if (!used[arc]) lines.push(walk(arc, true));
  return lines;
}

const LINES_KEPT = 3;
const linesKept = new WeakMap();

function sameNumbers(one, other) {
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false;
  return one.length === other.length;
}

/** The lines of a day, the very same ones as long as the labels are the same. */
function linesOf(model, labels) {
  const kept = linesKept.get(model) ?? [];
  const known = kept.find((entry) => sameNumbers(entry.labels, labels));
  if (known) return known.lines;
  const entry = { labels: Int32Array.from(labels), lines: drawnLines(model, labels) };
  linesKept.set(model, [entry, ...kept].slice(0, LINES_KEPT));
  return entry.lines;
}

/** The lines of each label's outline, each directed with the label on its left. */
function outlinesOf(lines, size) {
  const outlines = Array.from({ length: size }, () => []);
  for (const line of lines) {
    const { left, right, from, to } = line;
    if (left >= 0) outlines[left].push({ line, from, to, forward: true, used: false });
    if (right >= 0) outlines[right].push({ line, from: to, to: from, forward: false, used: false });
  }
  return outlines;
}

/** Join directed lines to closed rings; at a node any line that leaves it will do (even-odd fill). */
function joinRings(directed) {
  const leaving = new Map();
  const rings = [];
  for (const part of directed) {
    if (part.from === part.to) {
      rings.push([part]);
      part.used = true;
    } else if (leaving.has(part.from)) leaving.get(part.from).push(part);
    else leaving.set(part.from, [part]);
  }
  for (const first of directed) {
    if (first.used) continue;
    const ring = [];
    let part = first;
    while (part) {
      part.used = true;
      ring.push(part);
      part = part.to === first.from ? null : nextUnused(leaving.get(part.to));
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

/** One list of rings for each number up to `size` that lines part; NONE is left out. A ring is a chain: `[{line, forward}]`. */
function ringsWithin(lines, size) {
  return outlinesOf(lines, size).map(joinRings);
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

/** Chains of each kind of front: `{front: [...], contested: [...], border: [...]}`. */
function frontLines(lines, kinds) {
  const found = { front: [], contested: [], border: [] };
  for (const line of lines) {
    const kind = line.left >= 0 && line.right >= 0 ? kinds[line.left][line.right] : null;
    if (kind) found[kind].push(line);
  }
  return Object.fromEntries(Object.entries(found).map(([kind, list]) => [kind, joinLines(list)]));
}

/** Join lines to chains as long as possible; those with ends first, then the closed ones. */
function joinLines(lines) {
  const at = new Map();
  const touch = (node, part) => {
    if (at.has(node)) at.get(node).push(part);
    else at.set(node, [part]);
  };
  const used = new Set();
  const chains = [];
  for (const line of lines) {
    if (line.from === line.to) {
      chains.push([{ line, forward: true }]);
      continue;
    }
    touch(line.from, { line, to: line.to, forward: true });
    touch(line.to, { line, to: line.from, forward: false });
  }
  const unused = (node) => at.get(node).find(({ line }) => !used.has(line));
  const walk = (node) => {
    const chain = [];
    for (let part = unused(node); part; part = unused(part.to)) {
      used.add(part.line);
      chain.push(part);
    }
    if (chain.length) chains.push(chain);
  };
  for (const [node, parts] of at) if (parts.length % 2) walk(node);
  for (const node of at.keys()) while (unused(node)) walk(node);
  return chains;
}

/** The outline of the extent, which is the same on all days. */
function extentLines(model) {
  return joinLines(model.arcs.flatMap(({ left, right, from, to }, arc) => (
    left === NONE || right === NONE ? [{ from, to, steps: [arc], smooth: false }] : [])));
}
