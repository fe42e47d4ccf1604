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

/**
 * The lines of a comparison by what is drawn along them: `areas` that stay as they were, `now` and
 * `was` for the two labels of what changed, the `fronts` of the later state, and the `edges` of what
 * changed. All are cut from one set of lines, so what is drawn side by side meets without a gap.
 */
function linesOfDifference(model, before, after) {
  const size = model.labels.length;
  // The label of what stays; the two labels as one number of what does not.
  const codes = after.map((label, piece) => (label === before[piece] ? label : size * (1 + before[piece]) + label));
  const lines = linesOf(model, codes);
  const hasChanged = (code) => code >= size;
  const relabelled = (labelOfCode) => lines.map((line) => (
    { ...line, left: line.left < 0 ? line.left : labelOfCode(line.left), right: line.right < 0 ? line.right : labelOfCode(line.right) }
  )).filter(({ left, right }) => left !== right);
  return {
    areas: relabelled((code) => (hasChanged(code) ? NONE : code)),
    now: relabelled((code) => (hasChanged(code) ? code % size : NONE)),
    was: relabelled((code) => (hasChanged(code) ? Math.floor(code / size) - 1 : NONE)),
    fronts: relabelled((code) => code % size),
    edges: joinLines(lines.filter(({ left, right }) => hasChanged(left) !== hasChanged(right))),
  };
}
