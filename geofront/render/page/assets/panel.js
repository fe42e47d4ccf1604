// The text beside the map: areas of the day, its events, and the chosen place.

const FOUND_AT_MOST = 8;
const EVENTS_AT_ONCE = 40;

/** A heading and the element that holds what is under it. */
function section(className, heading) {
  const body = el("div", { class: "gf-body" });
  const element = el("section", { class: `gf-section ${className}` }, el("h2", {}, heading), body);
  return { element, body, title: element.firstChild };
}

// --- areas ----------------------------------------------------------------------------------

/** The legend: every actor with the square kilometres and share of the day. */
function drawAreas(body, model, theme, patchLabels) {
  const areas = areasOn(model, patchLabels);
  const rows = areaRows(model, areas).map((row) => ({ ...row, share: areas.total ? row.km2 / areas.total : 0 }));
  body.replaceChildren(shareBar(rows, theme), areaTable(rows, theme));
}

/** What the legend lists: actors that ever hold ground, contested, unknown. */
function areaRows(model, areas) {
  const holders = new Set(model.labels.filter(({ status }) => status === "held").map(({ actors }) => actors[0]));
  const actors = [...holders].sort((a, b) => a - b).map((actor) => ({
    key: model.actors[actor].id,
    name: named(model.actors[actor].name),
    label: { status: "held", actors: [actor] },
    km2: areas.byActor[actor],
  }));
  const parties = [...new Set(model.labels.filter(({ status }) => status === "contested").flatMap((l) => l.actors))];
  const contested = { key: "contested", name: t("panel.contested"), label: { status: "contested", actors: parties }, km2: areas.contested };
  const blank = { key: "unknown", name: t("panel.unknown"), label: { status: "unknown", actors: [] }, km2: areas.blank };
  return [...actors, ...(parties.length ? [contested] : []), blank];
}

function shareBar(rows, theme) {
  const parts = rows.filter(({ share }) => share > 0).map(({ label, share }) => {
    const part = swatch(theme, label);
    part.className = `gf-share gf-share-${label.status}`;
    part.style.flexGrow = String(share);
    return part;
  });
  return el("div", { class: "gf-shares", "aria-hidden": "true" }, parts);
}

function areaTable(rows, theme) {
  const head = el("tr", {},
    el("th", { scope: "col" }, t("panel.status")),
    el("th", { scope: "col", class: "gf-number" }, t("unit.km2")),
    el("th", { scope: "col", class: "gf-number" }, t("panel.share")));
  const lines = rows.map(({ key, name, label, km2, share }) => el("tr", { "data-key": key },
    el("th", { scope: "row" }, swatch(theme, label), name),
    el("td", { class: "gf-number gf-km2" }, formatKm2(km2)),
    el("td", { class: "gf-number gf-percent" }, formatShare(share))));
  return el("table", { class: "gf-areas" }, el("thead", {}, head), el("tbody", {}, lines));
}

/** The signs of the map that are not areas. */
function signs(model) {
  const line = (className, text) => el("li", {}, lineSample(className), text);
  const dot = (className, text) => el("li", {}, el("span", { class: `gf-sample ${className}`, "aria-hidden": "true" }), text);
  const ever = (test) => [...model.changes, ...model.firstStates].some(test);
  const contested = model.fronts.some(([, fronts]) => fronts.some(([, , isContested]) => isContested));
  return el("ul", { class: "gf-signs" },
    line("gf-front", t("legend.front")),
    contested ? line("gf-front-contested", t("legend.front_contested")) : null,
    dot("gf-sample-dot", t("legend.place")),
    dot("gf-sample-unknown", t("legend.place_unknown")),
    model.places.some(isEstimated) ? dot("gf-sample-estimate", t("legend.place_estimated")) : null,
    dot("gf-sample-event", t("legend.event")),
    model.events.some(({ standing }) => standing !== "confirmed") ? dot("gf-sample-unconfirmed", t("legend.event_unconfirmed")) : null,
    ever((state) => state.besiegedBy.length) ? dot("gf-sample-siege", t("legend.siege")) : null,
    ever((state) => state.claim) ? dot("gf-sample-claim", t("legend.claim")) : null,
    ever((state) => state.pending) ? dot("gf-sample-uncertain", t("legend.uncertain")) : null,
    line("gf-extent", reachText(model)));
}

/** What the outline of the drawn area means. */
function reachText({ provenance }) {
  const km = Number(provenance.reach_km);
  return km ? t("legend.reach", { km: formatNumber(km) }) : t("legend.extent");
}

function lineSample(className) {
  const drawing = svgElement("svg", { viewBox: "0 0 26 8", class: "gf-line-sample", "aria-hidden": "true" });
  drawing.append(svgElement("path", { d: "M1 4H25", class: className }));
  return drawing;
}

// --- events ---------------------------------------------------------------------------------

function drawEventList(body, model, theme, day, choose) {
  const events = model.eventsOnDay[day];
  if (!events.length) {
    body.replaceChildren(el("p", { class: "gf-quiet" }, t("panel.no_statement")));
    return;
  }
  const item = (event) => eventItem(model, theme, event, choose);
  body.replaceChildren(...inPortions(
    el("ol", { class: "gf-events" }), events, EVENTS_AT_ONCE, item, "panel.more", "gf-link gf-more-events"));
}

function eventItem(model, theme, event, choose) {
  const place = model.places[event.place];
  const at = place ? placeButton(place, () => choose(place.index)) : null;
  return el("li", { class: "gf-event", "data-event": event.id },
    el("p", { class: "gf-event-head" }, el("span", { class: "gf-kind" }, kindWord(event.kind)), at, marks(event)),
    el("p", { class: "gf-parties" }, actorDots(model, theme, event), partiesText(model, event)),
    eventNotes(model, event),
    event.sources.map(sourceLine));
}

/** A link to a place, by its name in the page's language. */
function placeButton(place, choose) {
  return button(t("panel.show", { place: placeName(place) }), "gf-link", choose, placeName(place));
}

function actorDots(model, theme, event) {
  return event.actors.map((actor) => swatch(theme, { status: "held", actors: [actor] }));
}

/** The standing, said only where a statement is not confirmed. */
function standingMark(event) {
  if (event.standing === "confirmed") return null;
  return el("span", { class: `gf-standing gf-standing-${event.standing}` }, t(`standing.${event.standing}`));
}

/** The standing, and whether the statement was withdrawn or is not accepted; each only where it is so. */
function marks(event) {
  const rejected = event.rule && !event.rule.accepts;
  const fate = event.corrected ? t("panel.withdrawn") : rejected && t("panel.not_accepted");
  return [
    " ", standingMark(event),
    fate ? [" ", el("span", { class: "gf-standing gf-not-counted" }, fate)] : null,
  ].flat();
}

function eventNotes(model, event) {
  const details = [
    event.time && t("panel.at_time", { time: event.time }),
    event.when && t("panel.dated", { when: whenText(model, event) }),
    event.reported && t("panel.reported", { day: writtenDate(event.reported) }),
    event.claimedBy.length && t("panel.claimed_by", { actors: actorNames(model, event.claimedBy) }),
    event.credibility && t("panel.credibility", { grade: event.credibility }),
  ].filter(Boolean);
  return [
    event.note ? el("p", { class: "gf-note", dir: "auto" }, event.note) : null,
    details.length ? el("p", { class: "gf-details" }, joined(details)) : null,
  ];
}

function sourceLine(source) {
  const grade = source.reliability ? t("list.comma") + t("panel.reliability", { grade: named(source.reliability) }) : "";
  return el("p", { class: "gf-source" }, t("panel.source"), " ", webLink(source.url, sourceText(source)), grade);
}

// --- one place ------------------------------------------------------------------------------

/** The panel of the chosen place: status, why it is so, history. */
function drawPlace(body, model, theme, place, { day, states }, go) {
  body.replaceChildren(
    placeFacts(place),
    ...stateParts(model, theme, place, day, states[place.index] ?? noState(place)),
    el("h3", {}, t("panel.during")),
    ...historyParts(model, theme, place, day, go),
  );
}

function placeFacts(place) {
  const precision = isEstimated(place) ? t("panel.estimated", { km: formatNumber(place.radiusKm) }) : null;
  return el("p", { class: "gf-details" },
    otherName(place), joined([featureWord(place), precision, t("panel.id")]), " ", el("code", {}, named(place.id)));
}

/** Status and explanation: what set it, what speaks against it, what would change it. */
function stateParts(model, theme, place, day, state) {
  const label = model.labels[state.label];
  const why = explain(model, place, day, state);
  return [
    el("p", { class: "gf-status" }, swatch(theme, label), el("strong", {}, statusText(model, label)),
      state.event ? ` ${sinceText(model, state)}` : null),
    ...why.doubts.map((doubt) => el("p", { class: "gf-flag" }, doubt)),
    el("p", { class: "gf-sentence" }, why.sentence),
    ...(state.event ? [...eventNotes(model, state.event), ...state.event.sources.map(sourceLine)] : []),
    ...statementList("gf-agreeing", t("why.also"), model, theme, why.agreeing),
    why.moreAgreeing ? el("p", { class: "gf-details" }, why.moreAgreeing) : null,
    ...statementList("gf-against", t("why.against"), model, theme, why.against),
    ...statementList("gf-withdrawn", t("why.withdrawn"), model, theme, why.withdrawn),
    el("h3", {}, t("why.would_change")),
    el("ul", { class: "gf-changes" }, why.changes.map(({ lead, event, report }) => (
      el("li", {}, lead, event ? [" ", el("code", {}, named(event.id))] : null, report)))),
    ...why.circumstances.map((text) => el("p", { class: "gf-details gf-circumstance" }, text)),
  ].filter(Boolean);
}

/** Statements that do not set the status, each with what became of it, if anything; nothing if there are none. */
function statementList(className, heading, model, theme, items) {
  if (!items.length) return [];
  const list = items.map(({ event, report, fate }) => el("li", {},
    el("p", {}, claimMark(theme, event), `${t("why.statement", { report })} ${fate ? `${fate} ` : ""}`, el("code", {}, named(event.id))),
    event.sources.map(sourceLine)));
  return [el("h3", {}, heading), el("ul", { class: `gf-statements ${className}` }, list)];
}

/** A dashed ring in the colour of who claims it, if anyone, as on the map, before what is not accepted. */
function claimMark(theme, event) {
  if (!event.rule || event.rule.accepts) return null;
  const color = theme.actors[event.claimedBy[0]] ?? theme.muted;
  return el("span", { class: "gf-claim-mark", style: { "border-color": color }, "aria-hidden": "true" });
}

/** A strip of the place's statuses, then a list of its changes and events. */
function historyParts(model, theme, place, day, go) {
  const states = historyOf(model, place.index);
  const changes = states.filter((state, i) => showsAnew(state, states[i - 1]))
    .map((state) => ({ day: state.day, node: stateLine(model, theme, state) }));
  const causes = new Set(states.filter((state) => state.day > 0).map((state) => state.event));
  const others = model.eventsOfPlace[place.index]
    .filter((event) => event.day >= 0 && event.day < model.days && !causes.has(event))
    .map((event) => ({
      day: event.day, node: el("span", { class: "gf-quiet" }, claimMark(theme, event), eventText(model, event), marks(event)),
    }));
  const lines = [...changes, ...others].sort((a, b) => a.day - b.day);
  return [
    strip(model, theme, states, day),
    el("ol", { class: "gf-history" }, lines.map((line) => historyItem(model, line, day, go))),
  ];
}

/** Whether a state differs from the one before it by more than an uncertainty that ended. */
function showsAnew(state, before) {
  if (!before) return true;
  const told = ({ label, inferred, besiegedBy, claim }) => [label, inferred, claim?.index, ...besiegedBy].join();
  return Boolean(state.pending) || told(state) !== told(before);
}

function stateLine(model, theme, state) {
  const label = model.labels[state.label];
  const flags = [
    state.inferred && t("panel.inferred"),
    state.pending && t("panel.uncertain"),
    state.besiegedBy.length && t("panel.besieged_by", { actors: actorNames(model, state.besiegedBy) }),
    state.claim && (state.claimedBy.length
      ? t("panel.claimed_by", { actors: actorNames(model, state.claimedBy) }) : t("panel.claimed")),
  ].filter(Boolean);
  return [swatch(theme, label), statusText(model, label), flags.length ? t("panel.flags", { flags: joined(flags) }) : ""];
}

function historyItem(model, { day, node }, today, go) {
  const date = shortDate(model.firstDay + day);
  return el("li", { class: day === today ? "gf-today" : null },
    button(t("panel.go_to", { day: date }), "gf-link gf-when", () => go(day), date), el("div", {}, node));
}

function strip(model, theme, states, day) {
  const parts = states.map((state) => {
    const part = swatch(theme, model.labels[state.label]);
    part.className = `gf-share gf-share-${model.labels[state.label].status}`;
    part.style.flexGrow = String(state.end - state.day + 1);
    return part;
  });
  const now = el("span", { class: "gf-now", style: { left: `${(100 * (day + 0.5)) / model.days}%` } });
  return el("div", { class: "gf-strip", dir: "ltr", "aria-hidden": "true" }, parts, now);
}

// --- the tooltip ----------------------------------------------------------------------------

function placeTooltip(model, place, state) {
  const lines = state ? [
    `${statusText(model, model.labels[state.label])}${state.event ? ` ${sinceText(model, state)}` : ""}`,
    ...(state.event ? [eventText(model, state.event), ...state.event.sources.slice(0, 2).map(sourceText)] : []),
    ...(state.pending ? [t("panel.uncertain_today", { when: whenText(model, state.pending) })] : []),
    ...(state.claim ? [t("panel.claim_waits", { claim: eventText(model, state.claim) })] : []),
  ] : [t("panel.no_status")];
  return el("div", { class: "gf-tip", dir: currentLanguage().direction },
    el("strong", {}, placeName(place)), otherName(place),
    lines.map((line) => el("div", {}, line)));
}

// --- finding a place ------------------------------------------------------------------------

/** Letters only, without marks and case, so that "al-Bab" is found by "albab". */
function folded(text) {
  return text.normalize("NFKD").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
}

function createFinder(model, choose) {
  const keys = once(() => model.places.map(({ name, nameAr }) => `${folded(name)} ${folded(nameAr)}`));
  const found = el("div", { class: "gf-found", role: "group", "aria-label": t("panel.found") });
  const input = el("input", { type: "search", placeholder: t("panel.find"), "aria-label": t("panel.find"), autocomplete: "off" });
  const pick = (index) => {
    input.value = "";
    found.replaceChildren();
    choose(index, { near: true });
  };
  const matches = () => {
    const wanted = folded(input.value);
    return wanted ? model.rank.filter((index) => keys()[index].includes(wanted)).slice(0, FOUND_AT_MOST) : [];
  };
  input.addEventListener("input", () => found.replaceChildren(...matches().map((index) => (
    placeButton(model.places[index], () => pick(index))
  ))));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && matches().length) pick(matches()[0]);
  });
  return el("div", { class: "gf-find" }, input, found);
}
