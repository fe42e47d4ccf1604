// Why a place has its status on a day, in the sentences of `geofront explain`.

const SIEGES = new Set(["siege", "siege_lifted"]);

/** How many of the statements that agree are told. */
const MOST_AGREEING = 5;

/** What a statement says and who says it: "A captured it from B on 11 May 2016, according to C". */
function reportText(model, event) {
  const known = event.actors.length > 0;
  const key = known || !hasText(`deed_of_no_one.${event.kind}`) ? `deed.${event.kind}` : `deed_of_no_one.${event.kind}`;
  const done = t(key, { actors: actorNames(model, event.actors) });
  const facing = event.from.length ? ` ${t(`${key}.facing`, { others: actorNames(model, event.from) })}` : "";
  return t("why.report", { deed: `${done}${facing}`.trim(), when: whenText(model, event), speakers: speakersText(model, event) });
}

/** Who says it: claimants first, then the publishers of the sources. */
function speakersText(model, { claimedBy, sources }) {
  const publishers = [...new Set(sources.map(({ publisher, title }) => publisher || title))].map(named);
  return joined([
    claimedBy.length && t("why.claimed_by", { actors: actorNames(model, claimedBy) }),
    publishers.length && t("why.according_to", { publishers: listed(publishers) }),
  ], "list.comma");
}

/** Why a statement counts or does not, with the statements that decided it. */
function reasonText(model, { rule, others }) {
  const reason = ruleText(rule);
  const reports = joined(others.map((other) => reportText(model, other)));
  return reports ? t("why.reason", { reason, reports }) : reason;
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
  const shown = t("why.shown", {
    day: longDate(model.firstDay + day), place: placeName(place), status: statusWords(model, label),
  });
  if (!state.event) return t("why.nothing", { shown });
  return t(state.inferred ? "why.inferred" : "why.set", {
    shown, report: reportText(model, state.event), reason: reasonText(model, state.event),
  });
}

function doubtTexts({ model, state: { pending, besiegedBy } }) {
  return [
    pending && t("why.pending", { report: reportText(model, pending) }),
    besiegedBy.length && t("why.besieged", { actors: actorNames(model, besiegedBy) }),
  ].filter(Boolean);
}

/** That a statement does not count, and why. */
function rejectedText(model, event) {
  return t("why.not_counted", { reason: reasonText(model, event) });
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
      fate: event.rule.accepts ? "" : rejectedText(model, event),
    }))
    .reverse();
}

function earlierText(count) {
  return count > 0 ? tCount("why.earlier", count) : "";
}

/** Whether a statement says that others than the holder hold or fight for the place. */
function rivals(event, holder) {
  return event.heldBy === null ? event.kind === "contest" : event.heldBy !== holder;
}

function fateOfSuperseded(event, setter) {
  return t(event.day === setter.day ? "why.same_day" : "why.until_later");
}

/** What speaks against the status: rejected since it was set, or older and superseded; latest first. */
function overridden(matter) {
  const { model, state, holder, until } = matter;
  const found = until.filter((event) => !event.rule.accepts && speaksAgainst(matter, event))
    .map((event) => ({ event, fate: rejectedText(model, event) }));
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
    fate: t(event.corrected.retracts ? "why.taken_back" : "why.replaced", {
      by: named(event.corrected.by), day: longDate(model.firstDay + event.corrected.day),
    }),
  }));
}

function circumstanceTexts({ model, day, told }) {
  const last = Math.max(...told.filter(({ corrected }) => !corrected).map((event) => event.day));
  const age = last === day ? t("why.on_the_day") : tCount("why.days_before", day - last);
  const knownOn = dayNumber(model.provenance.known_on ?? "");
  return [
    Number.isFinite(last) && t("why.last_word", { day: longDate(model.firstDay + last), age }),
    t("why.policy", { name: named(model.policy.name), rule: policyText(model.policy) }),
    Number.isFinite(knownOn) && t("why.known_on", { day: longDate(knownOn) }),
  ].filter(Boolean);
}

/** Which reports would change the status, each as the object of a sentence: `lead`, `event`, `report`. */
function changesNeeded(matter) {
  const { model, state, label, until } = matter;
  const lead = t(model.policy.corroborates ? "why.second_source" : "why.confirmation");
  const waiting = until.filter((event) => event.rule.waits && isSince(matter, event) && !agrees(matter, event))
    .map((event) => ({ lead, event, report: t("why.waiting", { report: reportText(model, event) }) }));
  if (state.pending) waiting.push({ lead: t("why.dates"), event: state.pending, report: t("why.more_exactly") });
  return [...waiting, { lead: anyReport(model, state, label, until), event: null, report: "" }];
}

function anyReport(model, state, label, until) {
  const written = (day) => longDate(model.firstDay + day);
  if (label.status === "unknown" || !state.event) return t("why.any_statement");
  if (state.inferred) return t("why.any_before", { day: written(state.event.day) });
  const latest = Math.max(...until.filter(({ rule }) => rule.accepts).map((event) => event.day));
  return t(label.status === "contested" ? "why.any_of_contested" : "why.any_of_held", { day: written(latest) });
}

/** The explanation as lines of text; in English as `geofront explain` prints them. */
function explanationLines(model, place, day, state) {
  const why = explain(model, place, day, state);
  const line = (label, { event, report, fate }) => (
    [t("why.line", { label: t(label), report, id: named(event.id) }), fate].filter(Boolean).join(" "));
  const change = ({ lead, event, report }) => t("why.change_line", {
    label: t("why.would_change"), change: `${lead}${event ? ` ${named(event.id)}` : ""}${report}`,
  });
  return [
    why.sentence,
    ...why.doubts,
    ...why.agreeing.map((said) => line("why.also", said)),
    ...(why.moreAgreeing ? [why.moreAgreeing] : []),
    ...why.against.map((said) => line("why.against", said)),
    ...why.withdrawn.map((said) => line("why.withdrawn", said)),
    ...why.circumstances,
    ...why.changes.map(change),
  ].map(plain);
}
