// Reading the payload: from compact columns and texts to objects that the page works with.

const PAYLOAD_FORMAT = 4;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CHUNK_BITS = 5;
const CHUNK = 1 << CHUNK_BITS;
const NONE = -1;

const CHUNK_OF = new Int8Array(128);
[...ALPHABET].forEach((letter, value) => { CHUNK_OF[letter.charCodeAt(0)] = value; });

/** The integers of a text: zigzag, in groups of five bits, the sixth says that more follow. */
function decodeIntegers(text) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i += 1) {
    const chunk = CHUNK_OF[text.charCodeAt(i)];
    value += (chunk % CHUNK) * 2 ** shift;
    shift += CHUNK_BITS;
    if (chunk < CHUNK) {
      numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
      value = 0;
      shift = 0;
    }
  }
  return numbers;
}

/** `[[value, count], ...]` as one array. */
function expandRuns(runs) {
  return runs.flatMap(([value, count]) => Array(count).fill(value));
}

/** A function from grid steps to Leaflet's positions. */
function positionsOf(grid) {
  return (x, y) => L.latLng(grid.south + y * grid.step, grid.west + x * grid.step);
}

/** Which patch gets which label on which day: `{day, patch, label}`. */
function decodePatchChanges(text) {
  const numbers = decodeIntegers(text);
  const changes = [];
  let day = 0;
  let patch = 0;
  for (let i = 0; i < numbers.length; i += 3) {
    day += numbers[i];
    patch += numbers[i + 1];
    changes.push({ day, patch, label: numbers[i + 2] });
  }
  return changes;
}

/** The numbers of a set, written as differences. */
function decodeSet(text) {
  let value = 0;
  return text ? decodeIntegers(text).map((step) => (value += step)) : [];
}

/** Lines or rings, each an array of positions. */
function decodeLines(text, position) {
  const numbers = decodeIntegers(text);
  const lines = [];
  let [x, y, i] = [0, 0, 0];
  while (i < numbers.length) {
    const line = [];
    const end = i + 1 + 2 * numbers[i];
    for (i += 1; i < end; i += 2) {
      x += numbers[i];
      y += numbers[i + 1];
      line.push(position(x, y));
    }
    lines.push(line);
  }
  return lines;
}

/**
 * The ground is told in patches, which carry one label on every day, and drawn in pieces of them,
 * among which are those of claims and pockets. The page knows pieces only: by whichever name,
 * `patch` is the number of one.
 */
function decodePieces(payload) {
  const patchOf = decodeSet(payload.pieces);
  const firstOfPatch = expandRuns(payload.first_patch_labels);
  const piecesOf = groupBy(patchOf.map((_, piece) => piece), firstOfPatch.length, (piece) => patchOf[piece]);
  const changes = decodePatchChanges(payload.patch_changes)
    .flatMap(({ day, patch, label }) => piecesOf[patch].map((piece) => ({ day, patch: piece, label })));
  return {
    firstPatchLabels: patchOf.map((patch) => firstOfPatch[patch]),
    patchChangesOnDay: groupBy(changes, payload.days, ({ day }) => day),
  };
}

/** What a function returns, worked out when it is first asked for. */
function once(work) {
  let found = null;
  return () => {
    found ??= { value: work() };
    return found.value;
  };
}

/** The states of pockets, each with its first and last day: `{first, last, km2, enclosedBy, pieces(), places()}`. */
function decodePockets(rows) {
  return rows.flatMap(([, end, states]) => states.map(([first, km2, enclosedBy, pieces, places], i) => ({
    first,
    last: i + 1 < states.length ? states[i + 1][0] - 1 : end,
    km2,
    enclosedBy,
    pieces: once(() => decodeSet(pieces)),
    places: once(() => decodeSet(places)),
  })));
}

/** The parts of rings that do not run along the edge of a box: `[west, south, east, north]`. */
function linesWithin(rings, [west, south, east, north]) {
  const along = (a, b) => (a.lng === b.lng && (a.lng === west || a.lng === east))
    || (a.lat === b.lat && (a.lat === south || a.lat === north));
  return rings.flatMap((ring) => {
    const lines = [[]];
    ring.forEach((point, i) => {
      if (i && along(ring[i - 1], point)) lines.push([]);
      lines.at(-1).push(point);
    });
    return lines.filter((line) => line.length > 1);
  });
}

/** Land, its coast, the borders of countries, and where their names stand. */
function decodeBackdrop({ box, land, borders, names }, position) {
  const [corner, opposite] = [position(box[0], box[1]), position(box[2], box[3])];
  const rings = decodeLines(land, position);
  return {
    land: rings,
    coast: linesWithin(rings, [corner.lng, corner.lat, opposite.lng, opposite.lat]),
    borders: decodeLines(borders, position),
    names: names.map(([code, x, y]) => ({ code, latLng: position(x, y) })),
  };
}

/** The borders between pieces of ground, `{left, right, from, to, points}`, from and to node numbers, points longitude and latitude in turns; and how many nodes. */
function decodeArcs(text, grid) {
  const numbers = decodeIntegers(text);
  const nodes = new Map();
  const nodeAt = (x, y) => {
    const key = x * 2 ** 20 + y;
    if (!nodes.has(key)) nodes.set(key, nodes.size);
    return nodes.get(key);
  };
  const arcs = [];
  let [left, right, x, y, i] = [0, 0, 0, 0, 0];
  while (i < numbers.length) {
    left += numbers[i];
    right += numbers[i + 1];
    const size = numbers[i + 2];
    i += 3;
    const points = new Float64Array(2 * size);
    let from = NONE;
    for (let k = 0; k < size; k += 1, i += 2) {
      x += numbers[i];
      y += numbers[i + 1];
      points[2 * k] = grid.west + x * grid.step;
      points[2 * k + 1] = grid.south + y * grid.step;
      if (k === 0) from = nodeAt(x, y);
    }
    if (size > 1) arcs.push({ left, right, from, to: nodeAt(x, y), points });
  }
  return { arcs, nodes: nodes.size };
}

/** The id that geofront gives a place of that name. */
function slugOf(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

function decodePlaces(columns, position) {
  const at = decodeIntegers(columns.at);
  const radii = expandRuns(columns.radius_km);
  const sizes = expandRuns(columns.size);
  const features = expandRuns(columns.feature);
  let x = 0;
  let y = 0;
  return columns.name.map((name, index) => {
    x += at[2 * index];
    y += at[2 * index + 1];
    return {
      index,
      name,
      id: columns.id[index] ?? slugOf(name),
      nameAr: columns.name_ar?.[index] ?? "",
      feature: columns.features[features[index]],
      radiusKm: radii[index],
      size: sizes[index],
      latLng: position(x, y),
    };
  });
}

function decodeSource([id, title, publisher, published, url, reliability]) {
  return { id, title, publisher, published, url, reliability };
}

/**
 * The statements. `rule` says why one counts or not, null where it sets no status; `others` are
 * the statements that decided so; `corrected` tells what withdrew it, and when that was known.
 */
function decodeEvents(payload, places, sources, position) {
  const firstDay = dayNumber(payload.first);
  const rules = payload.rules.map(([name, accepts, waits]) => ({ name, accepts: Boolean(accepts), waits: Boolean(waits) }));
  const idOf = ({ given, day, place, kind }) => given || `${isoOf(firstDay + day)}-${places[place].id}-${kind}`;
  const events = payload.events.map(([id, day, kindIndex, place, actors, from, standing, said, extra = {}], index) => {
    const [kind, setsStatus, saysHolder] = payload.kinds[kindIndex];
    return {
      index,
      given: id,
      // Of many statements few are ever looked at.
      get id() { return idOf(this); },
      day,
      place,
      actors,
      from,
      kind,
      heldBy: saysHolder ? actors[0] ?? null : null,
      rule: setsStatus && !extra.corrected ? rules[extra.rule ?? 0] : null,
      others: extra.others ?? [],
      corrected: extra.corrected ? correction(extra.corrected, firstDay) : null,
      standing: payload.standings[standing],
      sources: said.map((index) => sources[index]),
      note: extra.note ?? "",
      when: extra.when ? impreciseDate(extra.when) : null,
      reported: extra.reported ?? "",
      time: extra.time ?? "",
      claimedBy: extra.claimed_by ?? [],
      credibility: extra.credibility ?? null,
      shape: extra.shape ? extra.shape.map((text) => decodeLines(text, position)) : null,
    };
  });
  for (const event of events) event.others = event.others.map((index) => events[index]);
  return events;
}

/** A date that is not one sure day: its first and last day, null where it is open. */
function impreciseDate([first, last, doubts]) {
  return { first, last, approximate: doubts % 2 === 1, uncertain: doubts > 1 };
}

function correction([by, known, retracts], firstDay) {
  return { by, day: dayNumber(known) - firstDay, retracts: Boolean(retracts) };
}

/** The status of a place from a day on: `[label, event, extras]`. */
function decodeState(day, place, [label, event, extra = {}], events) {
  return {
    day,
    place,
    label,
    event: events[event] ?? null,
    since: "since" in extra ? extra.since : day,
    inferred: Boolean(extra.inferred),
    besiegedBy: extra.besieged_by ?? [],
    claimedBy: extra.claimed_by ?? [],
    claim: events[extra.claim] ?? null,
    pending: events[extra.pending] ?? null,
  };
}

/** `items` in one list per key; keys outside 0..size-1 are left out. */
function groupBy(items, size, keyOf) {
  const groups = Array.from({ length: size }, () => []);
  for (const item of items) groups[keyOf(item)]?.push(item);
  return groups;
}

/** Everything that the page draws, from the payload that Python wrote. */
function readModel(payload) {
  if (payload.format !== PAYLOAD_FORMAT) {
    throw new Error(`the map's data have form ${payload.format}, this page reads ${PAYLOAD_FORMAT}`);
  }
  const position = positionsOf(payload.grid);
  const sources = payload.sources.map(decodeSource);
  const places = decodePlaces(payload.places, position);
  const events = decodeEvents(payload, places, sources, position);
  const standing = events.filter(({ corrected }) => !corrected);
  const [policy, policyRule, corroborates] = payload.policy;
  const changes = payload.changes.map(([day, place, ...row]) => decodeState(day, place, row, events));
  const firstLabels = expandRuns(payload.first_labels);
  const { grid } = payload;
  return {
    title: payload.title,
    provenance: payload.provenance,
    policy: { name: policy, rule: policyRule, corroborates: Boolean(corroborates) },
    firstDay: dayNumber(payload.first),
    days: payload.days,
    openDay: payload.open,
    actors: payload.actors.map(([id, name, side, color, safe]) => ({ id, name, side, color, safe })),
    labels: payload.labels.map(([status, actors]) => ({ status, actors })),
    bounds: L.latLngBounds([grid.south, grid.west], [grid.north, grid.east]),
    ...decodeArcs(payload.arcs, grid),
    areasKm2: payload.areas_km2,
    places,
    controlled: payload.controlled,
    rank: completeRank(payload.rank, places.length),
    firstLabels,
    ...decodePieces(payload),
    smooth: Boolean(payload.smooth),
    claimGrounds: payload.claims.map(([place, pieces]) => ({ place, pieces: decodeSet(pieces) })),
    pocketStates: decodePockets(payload.pockets),
    backdrop: decodeBackdrop(payload.backdrop, position),
    firstStates: firstLabels.map((label, place) => (
      decodeState(0, place, [label, ...(payload.first_causes[place] || [NONE, { since: null }])], events)
    )),
    fronts: payload.fronts,
    frontKm: payload.front_km,
    changes,
    changesOnDay: groupBy(changes, payload.days, (change) => change.day),
    changesOfPlace: groupBy(changes, places.length, (change) => change.place),
    events,
    eventsOnDay: groupBy(standing, payload.days, (event) => event.day),
    eventsOfPlace: groupBy(events, places.length, (event) => event.place),
    sources,
  };
}

/** The ranked places, then all others in their order. */
function completeRank(ranked, size) {
  const known = new Set(ranked);
  return [...ranked, ...Array.from({ length: size }, (_, i) => i).filter((i) => !known.has(i))];
}
