// Reading the payload: from compact columns and texts to objects that the page works with.

const PAYLOAD_FORMAT = 3;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CHUNK_BITS = 5;
const CHUNK = 1 << CHUNK_BITS;
const NONE = -1;

/** The integers of a text: zigzag, in groups of five bits, the sixth says that more follow. */
function decodeIntegers(text) {
  const valueOf = new Int8Array(128);
  [...ALPHABET].forEach((letter, value) => { valueOf[letter.charCodeAt(0)] = value; });
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i += 1) {
    const chunk = valueOf[text.charCodeAt(i)];
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

/** The borders between patches of ground: `{left, right, from, to, points}`; from and to are node numbers. */
function decodeArcs(text, position) {
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
    const points = [];
    let from = NONE;
    for (let k = 0; k < size; k += 1, i += 2) {
      x += numbers[i];
      y += numbers[i + 1];
      points.push(position(x, y));
      if (k === 0) from = nodeAt(x, y);
    }
    if (size > 1) arcs.push({ left, right, from, to: nodeAt(x, y), points });
  }
  return arcs;
}

/** The id that geofront gives a place of that name. */
function slugOf(name) {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

function decodePlaces(columns, position) {
  const at = decodeIntegers(columns.at);
  const radii = expandRuns(columns.radius_km);
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
function decodeEvents(payload, places, sources) {
  const firstDay = dayNumber(payload.first);
  const rules = payload.rules.map(([words, accepts, waits]) => ({ words, accepts: Boolean(accepts), waits: Boolean(waits) }));
  const regularId = (day, place, kind) => `${isoOf(firstDay + day)}-${places[place].id}-${kind}`;
  const events = payload.events.map(([id, day, kindIndex, place, actors, from, standing, said, extra = {}], index) => {
    const [kind, setsStatus, saysHolder] = payload.kinds[kindIndex];
    return {
      index,
      id: id || regularId(day, place, kind),
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
      when: extra.when ?? "",
      reported: extra.reported ?? "",
      time: extra.time ?? "",
      claimedBy: extra.claimed_by ?? [],
      credibility: extra.credibility ?? null,
    };
  });
  for (const event of events) event.others = event.others.map((index) => events[index]);
  return events;
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
  const events = decodeEvents(payload, places, sources);
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
    actors: payload.actors.map(([id, name, side, color]) => ({ id, name, side, color })),
    labels: payload.labels.map(([status, actors]) => ({ status, actors })),
    bounds: L.latLngBounds([grid.south, grid.west], [grid.north, grid.east]),
    arcs: decodeArcs(payload.arcs, position),
    areasKm2: payload.areas_km2,
    places,
    controlled: payload.controlled,
    rank: completeRank(payload.rank, places.length),
    firstLabels,
    firstPatchLabels: expandRuns(payload.first_patch_labels),
    patchChangesOnDay: groupBy(decodePatchChanges(payload.patch_changes), payload.days, ({ day }) => day),
    firstStates: firstLabels.map((label, place) => (
      decodeState(0, place, [label, ...(payload.first_causes[place] || [NONE, { since: null }])], events)
    )),
    fronts: payload.fronts,
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
