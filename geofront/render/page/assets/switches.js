// What the reader may switch: layers, parties, colours, names. The header's button opens it.

const POCKETS_LISTED = 8;

/** The contents of the panel "Map settings": an element whose controls read and set the settings. */
function createSwitches(model, settings) {
  const element = el("div", { class: "gf-switches" });
  const draw = () => element.replaceChildren(...[
    layerSwitches(model, settings),
    partySwitches(model, settings),
    hasOtherPalette(model) ? choices("palette", ["customary", "safe"], settings) : null,
    model.places.some(({ nameAr }) => nameAr) ? choices("names", ["auto", "latin", "arabic", "both"], settings) : null,
  ].filter(Boolean));
  draw();
  const end = settings.subscribe(() => {
    // A change of language makes another panel.
    if (element.isConnected) keepingFocus(element, draw, "data-switch");
    else end();
  }, "layers", "muted", "palette", "names");
  return element;
}

function hasOtherPalette(model) {
  return model.actors.some(({ color, safe }) => color.toLowerCase() !== safe.toLowerCase());
}

/** The layers that this map has something for. */
function layersOf(model) {
  const empty = {
    claims: !model.changes.concat(model.firstStates).some(({ claim }) => claim),
    pockets: !model.pocketStates.length,
    backdrop: !model.backdrop.land.length,
  };
  return LAYERS.filter((layer) => !empty[layer]);
}

function group(legend, ...controls) {
  return el("fieldset", { class: "gf-switch-group" }, el("legend", {}, legend), ...controls);
}

function control(type, name, key, checked, onChange, ...words) {
  const input = el("input", { type, name, checked, "data-switch": `${name}-${key}`, on: { change: () => onChange(input.checked) } });
  return el("label", { class: "gf-switch" }, input, el("span", {}, ...words));
}

function layerSwitches(model, settings) {
  const shown = settings.get("layers");
  return group(t("switches.layers"), ...layersOf(model).map((layer) => control(
    "checkbox", "layers", layer, shown[layer],
    (on) => settings.set("layers", { ...settings.get("layers"), [layer]: on }), t(`switches.layer.${layer}`))));
}

/** The actors that ever hold ground or fight for it. */
function partiesOnMap(model) {
  const ids = new Set(model.labels.flatMap(({ actors }) => actors));
  return [...ids].sort((a, b) => a - b).map((index) => model.actors[index]);
}

function partySwitches(model, settings) {
  return group(t("switches.parties"), ...partiesOnMap(model).map(({ id, name }) => control(
    "checkbox", "muted", id, !settings.get("muted").includes(id), () => toggleMuted(settings, id), named(name))));
}

function toggleMuted(settings, id) {
  const muted = settings.get("muted");
  settings.set("muted", muted.includes(id) ? muted.filter((other) => other !== id) : [...muted, id]);
}

function choices(setting, values, settings) {
  return group(t(`switches.${setting}`), ...values.map((value) => control(
    "radio", setting, value, settings.get(setting) === value, () => settings.set(setting, value), t(`switches.${setting}.${value}`))));
}

/** Make the actors' names in the legend into buttons that mute them on the map. */
function muteByLegend(body, model, settings) {
  for (const row of body.querySelectorAll("tr[data-key]")) {
    const actor = model.actors.find(({ id }) => id === row.dataset.key);
    const cell = row.querySelector("th");
    if (!actor || !cell) continue;
    const mute = button(t("switches.mute", { actor: named(actor.name) }), "gf-mute", () => toggleMuted(settings, actor.id));
    mute.setAttribute("aria-pressed", String(settings.get("muted").includes(actor.id)));
    mute.append(...cell.childNodes);
    cell.append(mute);
  }
}

/** The signs of the map that this file's layers add to the legend, and the pockets of the day. */
function createLayerSigns(model) {
  const used = new Set(model.places.map(glyphName).filter(Boolean));
  const sign = (sample, text) => el("li", {}, sample, text);
  const list = el("ul", { class: "gf-signs" },
    model.claimGrounds.length ? sign(claimSample(), t("legend.claimed_ground")) : null,
    model.pocketStates.length ? sign(lineSample("gf-pocket"), t("legend.pocket")) : null,
    model.events.some(({ shape }) => shape) ? sign(lineSample("gf-shape"), t("legend.shape")) : null,
    model.backdrop.borders.length ? sign(lineSample("gf-country"), t("legend.country")) : null,
    Object.keys(GLYPHS).filter((name) => used.has(name)).map((name) => sign(glyphSample(name), t(`legend.glyph.${name}`))));
  const more = el("details", { class: "gf-more-signs" }, el("summary", {}, t("legend.more")), list);
  const element = el("div", { class: "gf-layer-signs" }, list.firstChild ? more : null);
  const pockets = el("div", { class: "gf-pockets" });
  element.append(pockets);
  return {
    element,
    show(day, theme) {
      const found = [...pocketsOn(model, day)].sort((a, b) => pocketKm2(b) - pocketKm2(a));
      pockets.replaceChildren(...(found.length ? [
        el("h3", {}, t("legend.pockets")),
        el("ul", {}, found.slice(0, POCKETS_LISTED).map((pocket) => el("li", {}, pocketText(model, theme, pocket)))),
        found.length > POCKETS_LISTED ? el("p", { class: "gf-quiet" }, tCount("legend.more_pockets", found.length - POCKETS_LISTED)) : "",
      ] : []));
    },
  };
}

function pocketText(model, theme, pocket) {
  const holders = pocket.km2.map(([actor]) => actor);
  return [
    ...holders.map((actor) => swatch(theme, { status: "held", actors: [actor] })),
    t("legend.pocket_of", { actors: actorNames(model, holders), km2: formatKm2(pocketKm2(pocket)) }),
  ];
}

function claimSample() {
  return el("span", { class: "gf-sample gf-sample-claimed-ground", "aria-hidden": "true" });
}

/** What is said of a pocket in the tooltip of a place in it; nothing for most places. */
function pocketLines(model, day, place) {
  return pocketsOn(model, day).filter(({ places }) => places().includes(place.index)).map((pocket) => (
    t("legend.in_pocket", { km2: formatKm2(pocketKm2(pocket)), actors: actorNames(model, pocket.enclosedBy) })));
}
