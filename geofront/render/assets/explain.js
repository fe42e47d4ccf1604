// Why a place has its status on a day, in the sentences of `geofront explain`.

const SIEGES = new Set(["siege", "siege_lifted"]);

/** How many of the statements that agree are told. */
const MOST_AGREEING = 5;

/** What a statement says and who says it: "A captured it from B on 11 May 2016, according to C". */
function reportText(model, event) {
  const known = event.actors.length > 0;
  const [deed, link] = (!known && DEEDS_OF_NO_ONE[event.kind]) || DEEDS[event.kind];
  const done = known ? `${actorNames(model, event.actors)} ${deed}` : deed;
  const from = actorNames(model, event.from);
  const other = from && (link.includes("{}") ? ` ${link.replace("{}", () => from)}` : ` ${link} ${from}`);
  return `${done}${other} ${event.when || `on ${longDate(model.firstDay + event.day)}`}, ${speakersText(model, event)}`;
}

/** Who says it: claimants first, then the publishers of the sources. */
function speakersText(model, { claimedBy, sources }) {
  const publishers = [...new Set(sources.map(({ publisher, title }) => publisher || title))];
  return [
    claimedBy.length && `as claimed by ${actorNames(model, claimedBy)}`,
    publishers.length && `according to ${listed(publishers)}`,
  ].filter(Boolean).join(", ");
}

/** Why a statement counts or does not, with the statements that decided it. */
function reasonText(model, { rule, others }) {
  const reports = others.map((other) => reportText(model, other)).join("; ");
  return reports ? `${rule.words} (${reports})` : rule.words;
}

/**
 * The explanation of a state: `sentence`; `doubts`; `agreeing`, `against` and `withdrawn`, each
 * statement with its report and what became of it; `moreAgreeing`, how many agreeing ones are left
 * out; `circumstances`; `changes`, with the statement that one names.
 */
function explain(model, place, day, state) {
  const label = model.labels[state.label];
  const matter = {
    model,
    day,
    state,
    label,
    holder: label.status === "held" ? label.actors[0] : null,
    told: model.eventsOfPlace[place.index].filter((event) => event.day <= day),
  };
  matter.until = matter.told.filter(({ rule }) => rule);
  const agreed = agreeing(matter);
  return {
    sentence: sentenceText(matter, place),
    doubts: doubtTexts(matter),
    agreeing: agreed.slice(0, MOST_AGREEING),
    moreAgreeing: earlierText(agreed.length - MOST_AGREEING),
    against: overridden(matter),
    withdrawn: withdrawn(matter),
    circumstances: circumstanceTexts(matter),
    changes: changesNeeded(matter),
  };
}

function sentenceText({ model, day, state, label }, place) {
  const shown = `At the end of ${longDate(model.firstDay + day)}, ${place.name} is ${statusWords(model, label)}`;
  if (!state.event) return `${shown}: no accepted statement says who held it.`;
  const [report, reason] = [reportText(model, state.event), reasonText(model, state.event)];
  if (state.inferred) return `${shown}, as a later statement implies: ${report}. It counts because ${reason}.`;
  return `${shown}: ${report}. The statement counts because ${reason}.`;
}

function doubtTexts({ model, state: { pending, besiegedBy } }) {
  return [
    pending && `Uncertain on this day, because a date is imprecise: ${reportText(model, pending)}.`,
    besiegedBy.length && `Besieged by ${actorNames(model, besiegedBy)}.`,
  ].filter(Boolean);
}

/** Whether a statement comes to what the status is. */
function agrees({ state, label, holder }, event) {
  if (holder !== null) return event.heldBy === holder;
  if (label.status === "contested") {
    return event.kind === "contest" && [...event.actors, ...event.from].every((actor) => label.actors.includes(actor));
  }
  const left = state.event ? state.event.actors : [];
  return event.kind === "withdrawal" && event.actors.some((actor) => left.includes(actor));
}

function isSince({ state }, event) {
  return state.since === null || event.day >= state.since;
}

/** Whether a statement since the status was set contradicts it; of a holder no siege does. */
function speaksAgainst(matter, event) {
  const besieged = SIEGES.has(event.kind) && !event.actors.includes(matter.holder);
  return isSince(matter, event) && !besieged && !agrees(matter, event);
}

/** What else was said since the status was set and does not speak against it, the latest first. */
function agreeing(matter) {
  const { model, state, until } = matter;
  const isTold = (event) => event === state.event || Boolean(state.event?.others.includes(event));
  return until
    .filter((event) => !isTold(event) && isSince(matter, event) && !speaksAgainst(matter, event)
      && (!event.rule.accepts || agrees(matter, event)))
    .map((event) => ({
      event,
      report: reportText(model, event),
      fate: event.rule.accepts ? "" : `It does not count because ${reasonText(model, event)}.`,
    }))
    .reverse();
}

function earlierText(count) {
  return count > 0 ? `Also said in ${count} earlier statement${count > 1 ? "s" : ""}.` : "";
}

/** Whether a statement says that others than the holder hold or fight for the place. */
function rivals(event, holder) {
  return event.heldBy === null ? event.kind === "contest" : event.heldBy !== holder;
}

function fateOfSuperseded(event, setter) {
  return event.day === setter.day
    ? "It is of the same day as the statement that set the present status, and is read before it."
    : "It counted until the statement of a later day that set the present status.";
}

/** What speaks against the status: rejected since it was set, or older and superseded; latest first. */
function overridden(matter) {
  const { model, state, holder, until } = matter;
  const found = until.filter((event) => !event.rule.accepts && speaksAgainst(matter, event))
    .map((event) => ({ event, fate: `It does not count because ${reasonText(model, event)}.` }));
  const setBy = state.event;
  if (setBy && !state.inferred) {
    const rival = until.findLast((event) => event.rule.accepts && event.index < setBy.index
      && !setBy.others.includes(event) && rivals(event, holder));
    if (rival) found.push({ event: rival, fate: fateOfSuperseded(rival, setBy) });
  }
  return found.sort((a, b) => b.event.index - a.event.index)
    .map((item) => ({ ...item, report: reportText(model, item.event) }));
}

/** The corrected or retracted statements, with what did so. */
function withdrawn({ model, told }) {
  return told.filter(({ corrected }) => corrected).map((event) => ({
    event,
    report: reportText(model, event),
    fate: `${event.corrected.by} ${event.corrected.retracts ? "took it back" : "replaced it"}, known on ${longDate(model.firstDay + event.corrected.day)}.`,
  }));
}

function circumstanceTexts({ model, day, told }) {
  const last = Math.max(...told.filter(({ corrected }) => !corrected).map((event) => event.day));
  const age = last === day ? "on the day itself" : `${day - last} day${day - last === 1 ? "" : "s"} before`;
  const knownOn = dayNumber(model.provenance.known_on ?? "");
  return [
    Number.isFinite(last) && `Last word about the place: ${longDate(model.firstDay + last)}, ${age}.`,
    `Policy ${model.policy.name}: ${model.policy.rule}.`,
    Number.isFinite(knownOn) && `As known on the evening of ${longDate(knownOn)}.`,
  ].filter(Boolean);
}

/** Which reports would change the status, each as the object of a sentence: `lead`, `event`, `report`. */
function changesNeeded(matter) {
  const { model, state, label, until } = matter;
  const lead = model.policy.corroborates ? "a second, independent source that says the same as" : "a confirmation of";
  const waiting = until.filter((event) => event.rule.waits && isSince(matter, event) && !agrees(matter, event))
    .map((event) => ({ lead, event, report: `: ${reportText(model, event)}` }));
  if (state.pending) waiting.push({ lead: "a report that dates", event: state.pending, report: " more exactly" });
  return [...waiting, { lead: anyReport(model, state, label, until), event: null, report: "" }];
}

function anyReport(model, state, label, until) {
  const written = (day) => longDate(model.firstDay + day);
  if (label.status === "unknown" || !state.event) return "any accepted statement that says who held it";
  if (state.inferred) return `any accepted statement about who held it before ${written(state.event.day)}`;
  const latest = Math.max(...until.filter(({ rule }) => rule.accepts).map((event) => event.day));
  const other = label.status === "contested"
    ? "one party holds it, or that a party left it"
    : "another party took it or fought inside it, or that it was left";
  return `an accepted report of ${written(latest)} or later that ${other}`;
}

/** The explanation as lines of text, as `geofront explain` prints them. */
function explanationLines(model, place, day, state) {
  const why = explain(model, place, day, state);
  const { sentence, doubts, against, withdrawn: taken, circumstances, changes } = why;
  return [
    sentence,
    ...doubts,
    ...why.agreeing.map(({ event, report, fate }) => `Also said: ${report} [${event.id}].${fate ? ` ${fate}` : ""}`),
    ...(why.moreAgreeing ? [why.moreAgreeing] : []),
    ...against.map(({ event, report, fate }) => `Against it: ${report} [${event.id}]. ${fate}`),
    ...taken.map(({ event, report, fate }) => `No longer counted: ${report} [${event.id}]. ${fate}`),
    ...circumstances,
    ...changes.map(({ lead, event, report }) => `It would change with ${lead}${event ? ` ${event.id}` : ""}${report}.`),
  ];
}
