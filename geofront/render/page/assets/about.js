// The footer, always in sight, and the window that tells all about the map's making.

/** The facts of the footer, most wanted first; each is also told in the window. */
const FOOT_FACTS = ["published", "not_withheld", "restricted", "attribution", "licence", "place_sources", "method", "reach_km", "policy", "known_on", "version"];
/** The facts of the window, in its order. */
const ABOUT_FACTS = ["published", "not_withheld", "attribution", "licence", "licences", "licence_warnings", "restricted", "place_sources", "extent", "method", "reach_km", "policy", "known_on", "crs", "version"];
/** What each key of the keyboard does: the keys, and the text about them. */
const KEYS = [
  [["←", "→"], "help.left_right"],
  [["key.space"], "help.space"],
  [["Home", "End"], "help.home_end"],
  [["+", "−"], "help.zoom"],
  [["Shift", "↑", "↓", "←", "→"], "help.shift_arrows"],
  [["Esc"], "help.escape"],
  [["?"], "help.question"],
];

/** A fact of the map's making; the version is that of geofront. */
function factOf(provenance, key) {
  return provenance[key === "version" ? "library_version" : key];
}

/** What was withheld, in words. */
function withheldText({ round_km: km, until, hide_kinds: kinds = [], hide_features: features = [], hide_notes: notes }) {
  return joined([
    km && t("withheld.round_km", { km: formatNumber(km) }),
    until && t("withheld.until", { day: named(until) }),
    kinds.length && t("withheld.kinds", { kinds: joined(kinds.map((kind) => t(`kind.${kind}`)), "list.comma") }),
    features.length && t("withheld.features", { features: named(features.join(", ")) }),
    notes && t("withheld.notes"),
  ]);
}

/** A fact in words; most are names or sentences of the data. */
function factText(provenance, key) {
  const value = factOf(provenance, key);
  if (value && key === "published") return withheldText(value);
  if (value && key === "licences") {
    return joined(Object.entries(value).map(([licence, rows]) => named(`${licence} (${rows})`)));
  }
  if (Array.isArray(value)) return joined(value.map(named));
  return named(valueText(value));
}

function valueText(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** One line: attribution, licence, method, policy, version; the button opens the rest. */
function createFooter(model, actions) {
  const { provenance } = model;
  const about = createAbout(model);
  actions.showAbout = () => about.open || about.showModal();
  const facts = FOOT_FACTS.map((key) => [key, factText(provenance, key)])
    .map(([key, text]) => [key, key === "version" && text ? named(`geofront ${plain(text)}`) : text])
    .filter(([, text]) => text)
    .map(([key, text]) => el("span", { class: `gf-fact gf-fact-${key}` }, t(`foot.${key}`, { value: text }), " "));
  const title = t("about.title");
  const element = el("footer", { class: "gf-foot" },
    el("p", { class: "gf-facts" }, facts),
    el("button", { type: "button", class: "gf-link gf-about-open", on: { click: () => actions.showAbout() } }, title),
    about);
  return { element };
}

function createAbout(model) {
  const { provenance } = model;
  const title = t("about.title");
  const dialog = el("dialog", { class: "gf-about", "aria-label": title });
  const told = new Set([...ABOUT_FACTS, "inputs", "library", "library_version"]);
  const others = Object.keys(provenance).filter((key) => !told.has(key)).map((key) => [named(key), key]);
  const rows = [...ABOUT_FACTS.map((key) => [t(`about.${key}`), key]), ...others]
    .map(([name, key]) => [name, factText(provenance, key)])
    .filter(([, text]) => text)
    .flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]);
  dialog.append(
    // First, so that it has the focus at first and the window opens on its first lines.
    el("form", { method: "dialog", class: "gf-about-corner" },
      el("button", { class: "gf-button gf-close", "aria-label": t("frame.close"), title: t("frame.close") }, "×")),
    el("h2", {}, title),
    el("p", {}, t("about.intro")),
    el("dl", {}, rows),
    el("p", {}, t("about.map_policy", { rule: policyText(model.policy) })),
    el("h3", {}, t("about.keys")), keyList(),
    ...inputList(provenance.inputs),
    ...sourceList(model),
    el("p", { class: "gf-details" }, t("about.leaflet")),
    el("form", { method: "dialog" }, el("button", { class: "gf-button gf-close-about" }, t("frame.close"))));
  return dialog;
}

/** The keys of the keyboard and what they do. */
function keyList() {
  const rows = KEYS.flatMap(([keys, text]) => [
    el("dt", { dir: "ltr" }, keys.map((key) => el("kbd", {}, hasText(key) ? t(key) : key))), el("dd", {}, t(text)),
  ]);
  return el("dl", { class: "gf-keys" }, rows);
}

function inputList(inputs) {
  if (!Array.isArray(inputs) || !inputs.length) return [];
  const items = inputs.map(({ name, sha256 }) => (
    el("li", {}, named(valueText(name)), " ",
      sha256 ? el("code", { dir: "ltr" }, valueText(sha256)) : t("about.hash_withheld"))));
  return [el("h3", {}, t("about.inputs")), el("ul", { class: "gf-inputs" }, items)];
}

function sourceList({ sources }) {
  if (!sources.length) return [];
  const items = sources.map((source) => el("li", {}, webLink(source.url, sourceText(source))));
  return [el("h3", {}, t("about.sources")), el("ul", {}, items)];
}
