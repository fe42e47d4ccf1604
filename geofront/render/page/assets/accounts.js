// Several accounts of one conflict, as of two policies: the choice between them, and two side by side.

const DIFFERING_PLACES_AT_ONCE = 40;
const DIFFERS_AT_MOST = 500;
const DIFFERS_PX = 9;

/** The models of all accounts, the first that of the payload itself; the others repeat nothing that is equal. */
function accountModels({ beside = [], ...payload }) {
  return [payload, ...beside.map((other) => ({ ...payload, ...other }))].map(readModel);
}

/** What the accounts are called: by what tells them apart, by their number if nothing does. */
function accountNames(models) {
  const facts = [
    ["policy", (name) => t("accounts.policy", { name: named(name) })],
    ["known_on", (day) => t("accounts.known_on", { day: shortDate(dayNumber(day)) })],
    ["method", (name) => t("accounts.method", { name: named(name) })],
    ["reach_km", (km) => t("accounts.reach", { km })],
  ];
  const told = facts.filter(([key]) => new Set(models.map(({ provenance }) => provenance[key] ?? null)).size > 1);
  const names = models.map(({ provenance }) => joined(
    told.map(([key, text]) => provenance[key] && text(provenance[key])), "list.comma"));
  const isAlone = (name) => name && names.indexOf(name) === names.lastIndexOf(name);
  return names.map((name, i) => (isAlone(name) ? name
    : joined([t("accounts.number", { number: i + 1 }), name], "list.comma")));
}

// --- what differs ---------------------------------------------------------------------------

/** A label in words that hold for every account: its status and the ids of its actors. */
function labelKey(model, label) {
  const { status, actors } = model.labels[label] ?? { status: "unknown", actors: [] };
  return [status, ...actors.map((actor) => model.actors[actor].id).sort()].join(" ");
}

/** The label of each place by its id, on the day that a status shows. */
function labelsById(model, labels) {
  return new Map(model.places.slice(0, model.controlled).map(({ id, index }) => [id, labels[index]]));
}

/**
 * The places on which two accounts differ, the foremost first: `{place, here, there}`, labels of the
 * first and of the other model; a place that one of them does not know is of unknown status there.
 */
function accountDifferences(one, other) {
  const there = labelsById(other.model, other.labels);
  const unknown = other.model.labels.findIndex(({ status }) => status === "unknown");
  const here = one.model.rank.map((index) => one.model.places[index]).map((place) => ({
    place, here: place.index < one.model.controlled ? one.labels[place.index] : NONE, there: there.get(place.id) ?? unknown,
  }));
  return here.filter((row) => labelKey(one.model, row.here) !== labelKey(other.model, row.there));
}

/** Square kilometres of each party in both accounts: `{party, here, there}`. */
function accountAreas(one, other) {
  const byName = ({ model, patchLabels }) => {
    const parties = partiesOf(model);
    const partyOf = partyOfLabels(model, parties);
    const km2 = parties.map(() => 0);
    model.areasKm2.forEach((size, patch) => { km2[partyOf[patchLabels[patch]]] += size; });
    return new Map(parties.map((party, i) => [party.name, { party, km2: km2[i] }]));
  };
  const [here, there] = [byName(one), byName(other)];
  const names = [...new Set([...here.keys(), ...there.keys()])].sort();
  return names.map((name) => ({
    // An actor has the same number in all accounts.
    party: (here.get(name) ?? there.get(name)).party,
    here: here.get(name)?.km2 ?? 0,
    there: there.get(name)?.km2 ?? 0,
  }));
}

// --- the second map -------------------------------------------------------------------------

/** A further map of the same look: its own container, and copies of the first one's tiles. */
function furtherMap(map, container) {
  const { zoomSnap, zoomDelta } = map.options;
  const further = L.map(container, { zoomSnap, zoomDelta, zoomControl: false, keyboard: false });
  further.attributionControl.setPrefix(false);
  further.setView(map.getCenter(), map.getZoom(), { animate: false });
  further.setMinZoom(map.getMinZoom()).setMaxZoom(map.getMaxZoom());
  if (map.options.maxBounds) further.setMaxBounds(map.options.maxBounds);
  map.eachLayer((layer) => {
    if (layer instanceof L.TileLayer) L.tileLayer(layer._url, layer.options).addTo(further);
  });
  return further;
}

/** The part that two boxes share, or null. */
function commonPart(one, other) {
  if (!one.intersects(other)) return null;
  const [south, west] = ["getSouth", "getWest"].map((side) => Math.max(one[side](), other[side]()));
  const [north, east] = ["getNorth", "getEast"].map((side) => Math.min(one[side](), other[side]()));
  return L.latLngBounds([south, west], [north, east]);
}

/** Two maps that show the same ground at the same scale, whichever of them is moved. */
function moveTogether(one, other) {
  let leading = false;
  const follow = (from, to) => () => {
    if (leading) return;
    leading = true;
    to.setView(from.getCenter(), from.getZoom(), { animate: false });
    leading = false;
  };
  const [forth, back] = [follow(one, other), follow(other, one)];
  one.on("move zoomend", forth);
  other.on("move zoomend", back);
  forth();
  return () => {
    one.off("move zoomend", forth);
    other.off("move zoomend", back);
  };
}

/** Rings around some positions of a map; those drawn before vanish. */
function createDifferenceRings(map) {
  const pane = "gf-differs";
  Object.assign((map.getPane(pane) ?? map.createPane(pane)).style, { zIndex: 460, pointerEvents: "none" });
  const group = L.layerGroup().addTo(map);
  const renderer = svgIn(pane);
  return {
    draw(positions) {
      group.clearLayers();
      for (const latLng of positions.slice(0, DIFFERS_AT_MOST)) {
        L.circleMarker(latLng, { pane, renderer, radius: DIFFERS_PX, interactive: false, fill: false, className: "gf-differs" }).addTo(group);
      }
    },
    remove() {
      group.remove();
      renderer.remove();
    },
  };
}

/** What a map shows of a day of one account, without controls; `root` holds its patterns. */
function createPlainMap(map, model, root, theme, settings) {
  makePanes(map);
  const status = createStatus(model);
  const now = { ...status, day: 0, selected: null };
  createBackdrop(map, model);
  const hatches = createHatches(root, model, map.getContainer().id);
  const areas = createAreas(map, model, hatches);
  const claims = createClaims(map, model, root);
  const pockets = createPockets(map, model);
  const fronts = createFronts(map, model);
  const shapes = createEventShapes(map, model);
  const places = createPlaces(map, model, { state: () => now, theme, settings });
  const rings = createDifferenceRings(map);
  const showLayers = () => switchPanes(map, settings.get("layers"));
  const listening = [
    createGraticule(map, settings), settings.subscribe(showLayers, "layers"), settings.subscribe(places.redraw, "layers", "names"),
  ];
  showLayers();
  return {
    map,
    model,
    now,
    places,
    rings,
    draw(day, selected) {
      Object.assign(now, { day, selected });
      status.goTo(day);
      const lines = linesOf(model, status.patchLabels);
      areas.draw(lines);
      claims.draw(status.states, status.patchLabels);
      pockets.draw(day);
      fronts.draw(lines, day);
      shapes.draw(day, theme());
      places.redraw();
    },
    paint() {
      for (const part of [hatches, areas, claims]) part.paint(theme());
      shapes.draw(now.day, theme());
      places.redraw();
    },
    remove() {
      for (const end of listening) end();
      map.remove();
    },
  };
}

/**
 * The second map, beside the first: that of another account on the same day. Map and layers are
 * made when they are first asked for. `view`: `theme()`, and `choose(id)` for a place clicked there.
 */
function createBeside(map, frame, models, view, settings) {
  const slot = frame.container.parentElement;
  const rings = createDifferenceRings(map);
  const captions = [el("p", { class: "gf-account-name" }), el("p", { class: "gf-account-name" })];
  let second = null;
  let found = null;

  function close() {
    if (!second) return;
    second.untie();
    second.remove();
    second.container.remove();
    for (const caption of captions) caption.remove();
    rings.draw([]);
    slot.classList.remove("gf-split");
    second = null;
    showAgain();
  }

  /** What was in sight of the drawn ground stays in sight when the map gets another size. */
  function showAgain() {
    const before = map.getBounds();
    map.invalidateSize({ animate: false });
    map.fitBounds(commonPart(before, models[0].bounds) ?? before, { animate: false });
  }

  function open(index) {
    if (second) close();
    const container = el("div", { class: "gf-second-map", id: `${map.getContainer().id}-beside`, role: "region" });
    slot.classList.add("gf-split");
    slot.append(container);
    showAgain();
    const further = furtherMap(map, container);
    const plain = createPlainMap(further, models[index], container, view.theme, settings);
    plain.paint();
    const untie = moveTogether(map, further);
    listenToPointer(further, models[index], plain.places, plain.now, (place) => (
      view.choose(place === null ? null : models[index].places[place].id)));
    second = { ...plain, index, container, untie };
  }

  /** Say whose map is whose, for eye and ear. */
  function name(one) {
    const names = accountNames(models);
    const both = [names[models.indexOf(one.model)], names[second.index]];
    captions.forEach((caption, i) => caption.replaceChildren(...textNodes(both[i])));
    second.container.before(captions[0]);
    second.container.append(captions[1]);
    const date = longDate(one.model.firstDay + one.day);
    second.container.setAttribute("aria-label", plain(t("accounts.map", { account: both[1], date })));
  }

  return {
    /** Draw account `index` (null: none) beside `one`. */
    draw(index, one) {
      if (index !== (second?.index ?? null)) (index === null ? close : open)(index);
      found = null;
      if (!second) return;
      const id = one.model.places[one.selected]?.id;
      second.draw(one.day, id === undefined ? null : second.model.places.findIndex((place) => place.id === id));
      const other = { model: second.model, labels: second.now.labels, patchLabels: second.now.patchLabels };
      const places = accountDifferences(one, other);
      const spots = places.map(({ place }) => place.latLng);
      rings.draw(spots);
      second.rings.draw(spots);
      found = { places, areas: accountAreas(one, other), other };
      name(one);
    },
    close,
    paint: () => second?.paint(),
    /** What the last drawing found: `{places, areas, other}`, or null. */
    found: () => found,
    /** The same in names, for scripts. */
    figures: () => found && {
      map: second.map,
      places: found.places.map(({ place }) => place.id),
      areas: found.areas.map(({ party, here, there }) => ({ key: party.key, here, there })),
    },
  };
}

// --- the panel ------------------------------------------------------------------------------

/** Km² of each party in both accounts, and how much more or less the first has. */
function accountTable(model, theme, areas, names) {
  const number = (className, text) => el("td", { class: `gf-number ${className}` }, el("bdi", { dir: "ltr" }, text));
  const whole = (km2) => formatNumber(Math.round(km2));
  const rows = areas.map(({ party, here, there }) => el("tr", { "data-key": party.key },
    el("th", { scope: "row" }, swatch(theme, partyLabel(model, party)), partyName(model, party)),
    number("gf-here", whole(here)), number("gf-there", whole(there)), number("gf-net", signedKm2(there - here))));
  const heading = (text) => el("th", { scope: "col", class: "gf-number" }, text);
  return el("table", { class: "gf-areas gf-account-areas" },
    el("caption", { class: "gf-spoken" }, t("accounts.areas", { one: names[0], other: names[1] })),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("compare.party")),
      heading(names[0]), heading(names[1]), heading(t("accounts.difference")))),
    el("tbody", {}, rows));
}

function accountPlaceList(one, other, theme, places, names, choose) {
  const status = (model, label) => {
    const shown = model.labels[label] ?? { status: "unknown", actors: [] };
    return [swatch(theme, shown), statusText(model, shown)];
  };
  const item = ({ place, here, there }) => el("li", { "data-place": place.id },
    button(t("compare.show_place", { place: placeName(place) }), "gf-link", () => choose(place.index), placeName(place)),
    el("dl", { class: "gf-both" },
      el("dt", {}, names[0]), el("dd", {}, status(one.model, here)),
      el("dt", {}, names[1]), el("dd", {}, status(other.model, there))));
  return inPortions(el("ul", { class: "gf-moved" }), places, DIFFERING_PLACES_AT_ONCE, item);
}

function choiceOf(label, className, options, onChoose) {
  const select = el("select", { class: className, on: { change: () => onChoose(Number(select.value)) } },
    options.map(([value, text]) => el("option", { value }, text)));
  return { select, element: el("label", { class: "gf-choice" }, el("span", {}, label), select) };
}

/** The choice of the account shown and of the one beside it, and what differs between the two. */
function createAccountsPanel(models, settings, choose) {
  const names = accountNames(models);
  const all = names.map((name, i) => [i, name]);
  const main = choiceOf(t("accounts.shown"), "gf-account", all, (index) => settings.set("account", index));
  const second = choiceOf(t("accounts.beside"), "gf-account-beside", [[NONE, t("accounts.none")], ...all],
    (index) => settings.set("beside", index === NONE ? null : index));
  const body = el("div", { class: "gf-body" });
  const element = el("section", { class: "gf-section gf-accounts", hidden: models.length < 2, "aria-label": t("accounts.title") },
    el("h2", {}, t("accounts.title")), main.element, second.element, body);
  return {
    element,
    names,
    show(theme, one, found) {
      main.select.value = String(settings.get("account"));
      second.select.value = String(settings.get("beside") ?? NONE);
      for (const option of second.select.options) option.disabled = option.value === main.select.value;
      if (!found) {
        body.replaceChildren();
        return;
      }
      const both = [names[settings.get("account")], names[settings.get("beside")]];
      keepingFocus(body, () => body.replaceChildren(
        accountTable(one.model, theme, found.areas, both),
        found.places.length ? el("ul", { class: "gf-signs" }, el("li", {},
          el("span", { class: "gf-sample gf-sample-differs", "aria-hidden": "true" }), t("accounts.differs"))) : "",
        el("h3", {}, t("accounts.places", { count: formatNumber(found.places.length) })),
        ...(found.places.length ? accountPlaceList(one, found.other, theme, found.places, both, choose) : [])));
    },
  };
}

// --- the pages ------------------------------------------------------------------------------

/**
 * One page for each account, made when it is first chosen; one of them is in sight. What is
 * returned stands for the page in sight, whichever that is.
 */
function mountAccounts(map, payload, options) {
  const models = accountModels(payload);
  const settings = createSettings(models[0], options.settings);
  const pages = new Map();
  const pageOf = (index, obeysAddress = false) => {
    if (!pages.has(index)) {
      const inSight = () => settings.get("account") === index;
      const own = index === 0 ? map : mapLike(map, index);
      pages.set(index, mount(own, models[index], settings, { ...options, models, inSight, obeysAddress }));
    }
    return pages.get(index);
  };
  const shown = () => pageOf(settings.get("account"));
  const openAddress = () => settings.set("account", readAddress(models).account);
  if (options.hash) openAddress();
  // The first page holds the map that others may have added to, so it is always there.
  const first = pageOf(0, true);
  if (settings.get("account")) {
    pageOf(settings.get("account"), true);
    first.leave();
  }
  settings.subscribe((_, index, before) => {
    if (settings.get("beside") === index) settings.set("beside", before);
    pageOf(index).inherit(pageOf(before));
  }, "account");
  if (options.hash) window.addEventListener("hashchange", openAddress);
  return Object.fromEntries(Object.entries(first.view).map(([name, value]) => (
    [name, typeof value === "function" ? (...given) => shown().view[name](...given) : value])));
}

/** A map in a container of its own, next to the page of the first. */
function mapLike(map, index) {
  const container = el("div", { class: "folium-map", id: `${map.getContainer().id}-${index}` });
  map.getContainer().closest(".gf").after(container);
  const further = furtherMap(map, container);
  L.control.zoom().addTo(further);
  return further;
}
