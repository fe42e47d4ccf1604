// Shapes of a day, read from the arcs whose two sides differ: areas as rings, fronts as lines.

/** The label of the patch on one side of an arc; NONE outside the map's extent. */
function labelOf(labels, patch) {
  return patch === NONE ? NONE : labels[patch];
}

/** The arcs of every label's outline, each directed with the label on its left. */
function outlineArcs(model, labels) {
  const outlines = model.labels.map(() => []);
  for (const arc of model.arcs) {
    const left = labelOf(labels, arc.left);
    const right = labelOf(labels, arc.right);
    if (left === right) continue;
    if (left !== NONE) outlines[left].push({ arc, from: arc.from, to: arc.to, forward: true });
    if (right !== NONE) outlines[right].push({ arc, from: arc.to, to: arc.from, forward: false });
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

/** One list of rings per label. */
function areaRings(model, labels) {
  return outlineArcs(model, labels).map(joinRings);
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
function frontLines(model, labels, kinds) {
  const arcs = { front: [], contested: [], border: [] };
  for (const arc of model.arcs) {
    if (arc.left === NONE || arc.right === NONE) continue;
    const kind = kinds[labels[arc.left]][labels[arc.right]];
    if (kind) arcs[kind].push(arc);
  }
  return Object.fromEntries(Object.entries(arcs).map(([kind, list]) => [kind, joinLines(list)]));
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
