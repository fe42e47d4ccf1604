// Days: dates as numbers, their names, and the status of every place on a day.

const MS_PER_DAY = 86_400_000;
const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01 of `YYYY-MM-DD`; NaN if it is no day. */
function dayNumber(iso) {
  const [, year, month, day] = (ISO_DAY.exec(iso) ?? []).map(Number);
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  return moment.getUTCDate() === day ? Math.round(moment.getTime() / MS_PER_DAY) : NaN;
}

function dateOf(number) {
  return new Date(number * MS_PER_DAY);
}

function isoOf(number) {
  return dateOf(number).toISOString().slice(0, 10);
}

/** The name of a month or weekday of a date: months "long" or "short". */
function dateWord(number, options) {
  // Of English only en-US shortens every month to three letters.
  return formatter("DateTimeFormat", currentLanguage().numbers, { ...options, timeZone: "UTC" }).format(dateOf(number));
}

function monthName(number, style) {
  return dateWord(number, { month: style });
}

function weekday(number) {
  return dateWord(number, { weekday: "long" });
}

function writtenOut(number, style) {
  const moment = dateOf(number);
  return t("date.day", { day: moment.getUTCDate(), month: monthName(number, style), year: moment.getUTCFullYear() });
}

/** "11 December 2016". */
function longDate(number) {
  return writtenOut(number, "long");
}

/** "11 Dec 2016". */
function shortDate(number) {
  return writtenOut(number, "short");
}

/** "Sunday 11 December 2016". */
function dayText(number) {
  return t("date.with_weekday", { weekday: weekday(number), date: longDate(number) });
}

/** A date as a source wrote it: a plain day in words, anything less precise as it stands. */
function writtenDate(text) {
  const doubt = text.at(-1);
  const day = "~?%".includes(doubt) ? text.slice(0, -1) : text;
  if (!ISO_DAY.test(day)) return named(text);
  return doubted(shortDate(dayNumber(day)), { approximate: "~%".includes(doubt), uncertain: "?%".includes(doubt) });
}

/** "about", "perhaps", or both, before a date. */
function doubted(when, { approximate, uncertain }) {
  const perhaps = uncertain ? t("date.perhaps", { when }) : when;
  return approximate ? t("date.about", { when: perhaps }) : perhaps;
}

/** A date as precisely as it is known, with its preposition: "by 11 December 2016". */
function whenText(model, event) {
  const { first, last, ...doubt } = event.when ?? { first: event.day, last: event.day };
  const written = (day) => longDate(model.firstDay + day);
  if (first === null) return t("date.by", { day: doubted(written(last), doubt) });
  if (last === null) return t("date.since", { day: doubted(written(first), doubt) });
  if (first === last) return t("date.on", { day: doubted(written(first), doubt) });
  return doubted(t("date.between", { first: written(first), last: written(last) }), doubt);
}

/**
 * Keeps the states and labels of all places, and the labels of all patches of ground, on one day;
 * going on costs only the days' changes.
 */
function createStatus(model) {
  const labels = Int32Array.from(model.firstLabels);
  const patchLabels = Int32Array.from(model.firstPatchLabels);
  const states = [...model.firstStates];
  let at = 0;
  const forward = (day) => {
    for (const state of model.changesOnDay[day]) {
      states[state.place] = state;
      labels[state.place] = state.label;
    }
    for (const { patch, label } of model.patchChangesOnDay[day]) patchLabels[patch] = label;
  };
  return {
    labels,
    patchLabels,
    states,
    goTo(day) {
      if (day < at) {
        labels.set(model.firstLabels);
        patchLabels.set(model.firstPatchLabels);
        model.firstStates.forEach((state, place) => { states[place] = state; });
        at = 0;
      }
      while (at < day) forward(at += 1);
    },
  };
}

/** The state of a place of which nothing is known on any day. */
function noState(place) {
  return decodeState(0, place.index, [0, NONE, { since: null }], []);
}

/** The states of a place over the map's days, each with `end`, its last day. */
function historyOf(model, place) {
  if (place >= model.controlled) return [];
  const states = [model.firstStates[place], ...model.changesOfPlace[place]];
  return states.map((state, i) => ({ ...state, end: (states[i + 1]?.day ?? model.days) - 1 }));
}

/** Square kilometres of a day by label, and by actor: `{byLabel, byActor, contested, blank, total}`. */
function areasOn(model, patchLabels) {
  const byLabel = model.labels.map(() => 0);
  model.areasKm2.forEach((km2, patch) => { byLabel[patchLabels[patch]] += km2; });
  const byActor = model.actors.map(() => 0);
  let contested = 0;
  let blank = 0;
  model.labels.forEach(({ status, actors }, label) => {
    if (status === "held") byActor[actors[0]] += byLabel[label];
    else if (status === "contested") contested += byLabel[label];
    else blank += byLabel[label];
  });
  const total = byActor.reduce((sum, km2) => sum + km2, contested + blank);
  return { byLabel, byActor, contested, blank, total };
}
