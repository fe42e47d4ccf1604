// Figures over time: km² of each party, front length and pockets on every day of the map.

/** `[value]` a day, from changes `[day, value]` in order; 0 before the first. */
function everyDay(changes, days) {
  const values = new Float64Array(days);
  changes.forEach(([day, value], i) => values.fill(value, day, changes[i + 1]?.[0] ?? days));
  return values;
}

/** Square kilometres of every party on every day: `[{party, values}]`. Going on costs the day's changes. */
function areaFigures(model) {
  const parties = partiesOf(model);
  const partyOf = partyOfLabels(model, parties);
  const labels = [...model.firstPatchLabels];
  const km2 = new Float64Array(parties.length);
  const figures = parties.map((party) => ({ party, values: new Float64Array(model.days) }));
  labels.forEach((label, patch) => { km2[partyOf[label]] += model.areasKm2[patch]; });
  for (let day = 0; day < model.days; day += 1) {
    for (const { patch, label } of day ? model.patchChangesOnDay[day] : []) {
      km2[partyOf[labels[patch]]] -= model.areasKm2[patch];
      km2[partyOf[label]] += model.areasKm2[patch];
      labels[patch] = label;
    }
    // What was added and taken away leaves crumbs of rounding.
    figures.forEach(({ values }, i) => { values[day] = Math.max(0, Math.round(km2[i] * 1000) / 1000); });
  }
  return figures.filter(({ values }) => values.some((value) => value > 0));
}

/** Kilometres of front between each two actors on every day, the longest first: `[{actors, values}]`. */
function frontFigures(model) {
  const fronts = model.frontKm.map(([one, other, text]) => {
    const numbers = decodeIntegers(text);
    const changes = [];
    let [day, tenths] = [0, 0];
    for (let i = 0; i < numbers.length; i += 2) {
      day += numbers[i];
      tenths += numbers[i + 1];
      changes.push([day, tenths / 10]);
    }
    return { actors: [one, other], values: everyDay(changes, model.days) };
  });
  return fronts.sort((a, b) => Math.max(...b.values) - Math.max(...a.values));
}

/** Square kilometres that each actor holds in pockets on every day: `[{actor, values}]`. */
function pocketFigures(model) {
  const byActor = new Map();
  for (const { first, last, km2 } of model.pocketStates) {
    for (const [actor, size] of km2) {
      if (!byActor.has(actor)) byActor.set(actor, new Float64Array(model.days));
      const values = byActor.get(actor);
      for (let day = first; day <= last; day += 1) values[day] += size;
    }
  }
  return [...byActor].map(([actor, values]) => ({ actor, values }));
}

function totalOf(figures, days) {
  const total = new Float64Array(days);
  for (const { values } of figures) values.forEach((value, day) => { total[day] += value; });
  return total;
}

/** The days on which any figure differs from the day before, the first among them. */
function daysOfChange(figures, days) {
  return Array.from({ length: days }, (_, day) => day)
    .filter((day) => !day || figures.some(({ values }) => values[day] !== values[day - 1]));
}

/** A round number of that size or the next above: 1, 2 or 5 times a power of ten. */
function roundStep(size) {
  const power = 10 ** Math.floor(Math.log10(size));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= size * (1 - 1e-9));
}

/** A text that no spreadsheet runs as a formula: with an apostrophe in front, unless it is a number. */
function guarded(text) {
  const runs = /^'*(\s*[=+\-@＝＋－＠]|[\t\r\n])/.test(text);
  return runs && !/^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
}

/** One table of comma-separated values; what holds a comma, a quote or a line's end is quoted. */
function csvOf(rows) {
  const cell = (value) => {
    const text = guarded(String(value));
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
