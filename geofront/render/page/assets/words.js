// The page's words: what kinds, standings and statuses are called.

const TAKEN_FROM = new Set(["capture", "handover", "withdrawal", "movement"]);

function kindWord(kind) {
  return t(`kind.${kind}`);
}

/** What kind of place it is; a code that has no word stands for itself. */
function featureWord({ feature }) {
  const key = `feature.${feature}`;
  return hasText(key) ? t(key) : named(feature);
}

/** Names of actors by their indices: "A and B". */
function actorNames(model, indices) {
  return listed(indices.map((index) => named(model.actors[index].name)));
}

/** The name of a place in the script of the page's language, if it is known in that. */
function placeName({ name, nameAr }) {
  return named((currentLanguage().code === "ar" && nameAr) || name);
}

/** Its name in the other script, as an element, or null. */
function otherName({ name, nameAr }) {
  if (!nameAr) return null;
  if (currentLanguage().code === "ar") return el("bdi", { class: "gf-other-name" }, name);
  return el("bdi", { lang: "ar", class: "gf-other-name gf-arabic" }, nameAr);
}

/** "held by A", "contested between A and B", or `unknown`. */
function statusWords(model, label, unknown = t("status.of_unknown")) {
  if (label.status === "unknown") return unknown;
  const actors = actorNames(model, label.actors);
  if (label.status === "held") return t("status.held", { actors });
  return t(label.actors.length === 1 ? "status.contested_by_one" : "status.contested", { actors });
}

/** "Held by A", "Contested between A and B", "Unknown". */
function statusText(model, label) {
  const words = statusWords(model, label, t("status.unknown"));
  return words[0].toUpperCase() + words.slice(1);
}

/** Who did it to whom: "A, from B"; of a repelled attack "A, against B". */
function partiesText(model, event) {
  const who = actorNames(model, event.actors);
  const others = actorNames(model, event.from);
  if (!who || !others) return who || others;
  return t(TAKEN_FROM.has(event.kind) ? "event.parties_from" : "event.parties_against", { who, others });
}

/** "Capture: A, from B", in few words, for tooltips. */
function eventText(model, event) {
  const kind = kindWord(event.kind);
  const parties = partiesText(model, event);
  return parties ? t("event.short", { kind, parties }) : kind;
}

/** "Title (Publisher, 12 Dec 2016)". */
function sourceText(source) {
  const title = named(source.title);
  const origin = joined([named(source.publisher), source.published && writtenDate(source.published)], "list.comma");
  return origin ? t("source.origin", { title, origin }) : title;
}

/** "since 11 December 2016". */
function sinceText(model, state) {
  if (state.since === null) return t("status.since_ever");
  return t("status.since", { day: longDate(model.firstDay + state.since) });
}

/** Why statements count or do not, by the name of the rule. */
function ruleText({ name }) {
  return t(`rule.${name}`);
}

/** A policy's rule in a sentence; of one that the user made, in the words that it came with. */
function policyText({ name, rule }) {
  const [kind, ...rest] = name.split(":");
  const key = `policy.${kind}`;
  const text = hasText(key) ? t(key, { name: named(rest.join(":")) }) : "";
  const inEnglish = TEXTS.en[key]?.replace("{name}", () => rest.join(":"));
  return text && inEnglish === rule ? text : english(rule);
}
