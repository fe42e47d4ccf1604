// What differs between two states of the ground: by party, from whom to whom, and on which places.

const STATUS_ORDER = { held: 0, contested: 1, unknown: 2 };

/** Who may gain and lose: each actor that ever holds ground, the contested, the unknown; in the library's order. */
function partiesOf(model) {
  const parties = new Map();
  model.labels.forEach(({ status, actors }) => {
    const actor = status === "held" ? actors[0] : null;
    const key = actor === null ? status : model.actors[actor].id;
    const name = `${STATUS_ORDER[status]}${key}`;
    if (!parties.has(name)) parties.set(name, { key, status, actor, name });
  });
  return [...parties.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** For each label the index of its party. */
function partyOfLabels(model, parties) {
  return model.labels.map(({ status, actors }) => parties.findIndex((party) => (
    party.status === status && (status !== "held" || party.actor === actors[0]))));
}

/**
 * What changed from one state of the patches to another, as `series.difference` tells it: km² by
 * party, `{party, before, after, gained, lost, net}`, and of each two parties, `{from, to, km2}`.
 */
function groundDifference(model, before, after) {
  const parties = partiesOf(model);
  const partyOf = partyOfLabels(model, parties);
  const moved = parties.map(() => parties.map(() => 0));
  model.areasKm2.forEach((km2, patch) => { moved[partyOf[before[patch]]][partyOf[after[patch]]] += km2; });
  const sum = (numbers) => numbers.reduce((total, km2) => total + km2, 0);
  const rows = parties.map((party, i) => {
    const had = sum(moved[i]);
    const has = sum(moved.map((row) => row[i]));
    const [gained, lost] = [has - moved[i][i], had - moved[i][i]];
    return { party, before: had, after: has, gained, lost, net: gained - lost };
  });
  const exchanges = parties.flatMap((from, i) => parties.flatMap((to, j) => (
    i !== j && moved[i][j] > 0 ? [{ from, to, km2: moved[i][j] }] : [])));
  return { rows, exchanges: exchanges.sort((a, b) => b.km2 - a.km2) };
}

/** The places whose label differs, the foremost first: `{place, before, after}`, labels as indices. */
function placeDifferences(model, before, after) {
  return model.rank
    .filter((index) => index < model.controlled && before[index] !== after[index])
    .map((index) => ({ place: model.places[index], before: before[index], after: after[index] }));
}

/** The labels of those patches that differ in another state (or, `same`, that do not); NONE for the rest. */
function labelsWhere(labels, other, same = false) {
  return labels.map((label, patch) => ((label === other[patch]) === same ? label : NONE));
}

/** The outline of the patches that differ, where the day's own lines do not show it. */
function edgesOfDifference(model, before, after) {
  const differs = (patch) => patch !== NONE && before[patch] !== after[patch];
  return joinLines(model.arcs.filter(({ left, right }) => differs(left) !== differs(right)));
}
