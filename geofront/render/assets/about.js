// The footer, always in sight, and the window that tells all about the map's making.

const KNOWN_FACTS = [
  ["attribution", "Attribution"],
  ["licence", "Licence"],
  ["place_sources", "Sources of the positions"],
  ["method", "Method"],
  ["reach_km", "Reach of a place in km"],
  ["policy", "Policy of evidence"],
  ["known_on", "As known on"],
  ["crs", "Projection of the areas"],
  ["library_version", "Version of geofront"],
];

function plainText(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** One line: attribution, licence, method, policy, version; the button opens the rest. */
function createFooter(model) {
  const { provenance } = model;
  const about = createAbout(model);
  const fact = (prefix, key) => {
    const text = plainText(provenance[key]);
    return text ? el("span", { class: `gf-fact gf-fact-${key}` }, `${prefix}${text}`) : null;
  };
  return el("footer", { class: "gf-foot" },
    el("p", { class: "gf-facts" },
      fact("Data: ", "attribution"),
      fact("Licence: ", "licence"),
      fact("Positions: ", "place_sources"),
      fact("Method: ", "method"),
      fact("Reach in km: ", "reach_km"),
      fact("Policy: ", "policy"),
      fact("As known on ", "known_on"),
      fact("geofront, version ", "library_version")),
    el("button", { type: "button", class: "gf-link gf-about-open", on: { click: () => about.showModal() } }, "About this map"),
    about);
}

function createAbout(model) {
  const { provenance } = model;
  const dialog = el("dialog", { class: "gf-about", "aria-label": "About this map" });
  const known = new Set(KNOWN_FACTS.map(([key]) => key));
  const others = Object.keys(provenance).filter((key) => !known.has(key) && !["inputs", "library"].includes(key)).map((key) => [key, key]);
  const rows = [...KNOWN_FACTS, ...others]
    .map(([key, title]) => [title, plainText(provenance[key])])
    .filter(([, text]) => text)
    .flatMap(([title, text]) => [el("dt", {}, title), el("dd", {}, text)]);
  dialog.append(
    el("h2", {}, "About this map"),
    el("p", {}, "Every status comes from a dated statement by a source. A day's map shows the end of that day. "
      + "Areas are spread from the places by the method named below; where nothing is known the map stays blank."),
    el("dl", {}, rows),
    ...inputList(provenance.inputs),
    ...sourceList(model),
    el("p", { class: "gf-details" }, "Drawn with Leaflet (BSD-2-Clause). Keys: left and right for days, "
      + "space to play, Home and End, plus and minus to zoom, Shift and arrows to move the map."),
    el("form", { method: "dialog" }, el("button", { class: "gf-button gf-close-about" }, "Close")));
  return dialog;
}

function inputList(inputs) {
  if (!Array.isArray(inputs) || !inputs.length) return [];
  const items = inputs.map(({ name, sha256 }) => el("li", {}, `${plainText(name)} `, el("code", {}, plainText(sha256))));
  return [el("h3", {}, "Inputs and their SHA-256"), el("ul", { class: "gf-inputs" }, items)];
}

function sourceList({ sources }) {
  if (!sources.length) return [];
  const items = sources.map((source) => el("li", {}, webLink(source.url, sourceText(source))));
  return [el("h3", {}, "Sources of the events shown"), el("ul", {}, items)];
}
