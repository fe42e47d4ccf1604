// The page: its state, and how the reader changes it.

const HASH_DELAY_MS = 200;
const SPEAK_DELAY_MS = 500;
const ZOOM_MOST = 15;
const PAN_PX = 80;
const FIT_PADDING = 12;

/** Show all of some bounds, above a bar of that height at the map's lower edge. */
function fitTo(map, bounds, bar = 0) {
  map.fitBounds(bounds.pad(0.01), {
    animate: false,
    paddingTopLeft: [FIT_PADDING, FIT_PADDING],
    paddingBottomRight: [FIT_PADDING, FIT_PADDING + bar],
  });
}

/** No zooming, sliding or coasting to a place: the map is there at once. */
function keepStill(map) {
  Object.assign(map.options, { zoomAnimation: false, inertia: false });
  map._zoomAnimated = false;
  const { panBy } = map;
  map.panBy = (offset, options) => panBy.call(map, offset, { ...options, animate: false });
}

/** Leaflet's map made ready: extent, zoom limits, scale, no keys of its own. */
function prepareMap(map, model) {
  const bounds = model.bounds.pad(0.01);
  map.attributionControl?.setPrefix(false);
  map.keyboard?.disable();
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) keepStill(map);
  map.invalidateSize({ animate: false });
  fitTo(map, model.bounds);
  map.setMinZoom(Math.max(1, Math.floor(map.getZoom()) - 1));
  map.setMaxZoom(ZOOM_MOST);
  map.setMaxBounds(bounds.pad(1));
  makePanes(map);
}

/**
 * Build the page of an account around a Leaflet map. `options`: `models`, those of all accounts;
 * `hash`, whether the address tells the state, `obeysAddress`, whether it does so at first;
 * `inSight()`, whether this account is the one shown. Returns `view`, what scripts may do with it,
 * and `inherit(page)`, which takes over from another, which will then `leave()`.
 */
function mount(map, model, settings, options = {}) {
  const { models = [model], inSight = () => true } = options;
  const status = createStatus(model);
  const state = { day: NONE, selected: null, labels: status.labels, patchLabels: status.patchLabels, states: status.states };
  const actions = {
    go: (day, how) => go(day, how),
    choose: (place, how) => choose(place, how),
    say: (text) => { frame.spoken.textContent = plain(text); },
    copyLink: options.hash ? copyLink : null,
    compare: () => settings.set("compare", settings.get("compare") === null ? usualOtherDay(state.day) : null),
  };
  const frame = buildFrame(map, model, actions, settings, models);
  prepareMap(map, model);
  nameZoomButtons(map, settings);
  createScale(map, settings);
  const pieces = createPieces(map, model, settings);
  const readThemes = () => {
    theme = readTheme(frame.root, model, settings.get("palette"));
    mapTheme = mapThemeOf(theme, model, settings.get("muted"));
  };
  let [theme, mapTheme] = [null, null];
  readThemes();
  createBackdrop(map, model);
  createGraticule(map, settings);
  const hatches = createHatches(frame.root, model, map.getContainer().id);
  const areas = createAreas(map, model, hatches);
  const claims = createClaims(map, model, frame.root);
  const pockets = createPockets(map, model);
  const fronts = createFronts(map, model);
  const shapes = createEventShapes(map, model);
  const places = createPlaces(map, model, { state: () => state, theme: () => mapTheme, settings });
  const radius = createRadius(map);
  const comparison = createComparison(map, model, frame.root, hatches, () => theme);
  const beside = createBeside(map, frame, models, { theme: () => mapTheme, choose: chooseById }, settings);
  const later = { hash: delayed(HASH_DELAY_MS), speech: delayed(SPEAK_DELAY_MS) };

  function go(day, { playing = false } = {}) {
    if (!playing) frame.timebar.stop();
    const wanted = Math.max(0, Math.min(model.days - 1, Math.round(day)));
    if (!Number.isFinite(wanted) || wanted === state.day) return;
    state.day = wanted;
    status.goTo(wanted);
    drawDay();
    if (!playing) later.speech(speak);
  }

  function drawDay() {
    const lines = comparison.draw(settings.get("compare"), state);
    areas.draw(lines.areas);
    claims.draw(status.states, status.patchLabels);
    pockets.draw(state.day);
    fronts.draw(lines.fronts, state.day);
    shapes.draw(state.day, mapTheme);
    beside.draw(settings.get("beside"), { ...state, model });
    places.redraw();
    drawText();
    tellAddress();
  }

  function tellAddress() {
    if (options.hash) later.hash(() => inSight() && writeAddress(model, state, settings));
  }

  function drawText() {
    const number = model.firstDay + state.day;
    frame.date.dateTime = isoOf(number);
    frame.date.replaceChildren(el("span", { class: "gf-weekday" }, weekday(number)), ` ${longDate(number)}`);
    frame.container.setAttribute("aria-label", t("frame.map", { date: longDate(number) }));
    frame.timebar.show(state.day);
    frame.charts.show(state.day, settings.get("compare"), theme);
    frame.compare.show(theme, settings.get("compare"), state.day, comparison.found());
    frame.accounts.show(theme, { ...state, model }, beside.found());
    keepingFocus(frame.areas.body, () => {
      drawAreas(frame.areas.body, model, mapTheme, status.patchLabels);
      muteByLegend(frame.areas.body, model, settings);
    });
    frame.areas.signs.show(state.day, theme);
    drawEventList(frame.events.body, model, theme, state.day, choose);
    drawPlacePanel();
  }

  function drawPlacePanel() {
    const place = model.places[state.selected];
    frame.place.element.hidden = !place;
    radius.show(place);
    if (!place) return;
    frame.place.title.replaceChildren(...textNodes(placeName(place)));
    keepingFocus(frame.place.element, () => drawPlace(frame.place.body, model, theme, place, state, go));
  }

  function choose(index, { near = false } = {}) {
    state.selected = index;
    if (near) pieces.show(model.places[index]);
    drawPlacePanel();
    places.redraw();
    tellAddress();
    if (index === null) return;
    frame.side.scrollTop = 0;
    const { latLng } = model.places[index];
    if (!map.getBounds().pad(-0.05).contains(latLng)) map.panTo(latLng);
  }

  /** Choose a place as another account knows it; none if this one does not. */
  function chooseById(id) {
    const index = id === null ? NONE : indexOfPlace(model, id);
    choose(index === NONE ? null : index);
  }

  function repaint() {
    readThemes();
    hatches.paint(mapTheme);
    areas.paint(mapTheme);
    claims.paint(mapTheme);
    shapes.draw(state.day, mapTheme);
    comparison.paint();
    beside.paint();
    places.redraw();
    drawText();
  }

  function speak() {
    const count = model.eventsOnDay[state.day].length;
    const date = longDate(model.firstDay + state.day);
    actions.say(count ? tCount("frame.statements", count, { date }) : t("frame.no_statements", { date }));
  }

  /** Take the place of another account's page: the same ground, day and place. */
  function inherit(other) {
    frame.root.hidden = false;
    frame.root.classList.add("gf-ready");
    other.leave();
    map.invalidateSize({ animate: false });
    map.setView(other.map.getCenter(), other.map.getZoom(), { animate: false });
    state.day = NONE;
    go(dayNumber(other.view.day()) - model.firstDay);
    chooseById(other.view.selected());
  }

  /** Go out of sight for the page of another account. */
  function leave() {
    frame.timebar.stop();
    beside.close();
    frame.root.hidden = true;
    frame.root.classList.remove("gf-ready");
  }

  function copyLink() {
    writeAddress(model, state, settings);
    return copyText(window.location.href);
  }

  function openHash() {
    if (!inSight()) return;
    const target = readAddress(models);
    settings.set("compare", target.other);
    settings.set("beside", target.beside);
    if (target.place !== null && target.place !== state.selected) choose(target.place, { near: true });
    if (Number.isFinite(target.day)) go(target.day);
  }

  hatches.paint(mapTheme);
  areas.paint(mapTheme);
  claims.paint(mapTheme);
  const showLayers = () => switchPanes(map, settings.get("layers"));
  showLayers();
  go(model.openDay);
  settings.subscribe(showLayers, "layers");
  settings.subscribe(places.redraw, "layers", "names");
  settings.subscribe(() => inSight() && drawDay(), "compare", "beside");
  if (options.hash) {
    if (options.obeysAddress) openHash();
    window.addEventListener("hashchange", openHash);
  }
  listenToPointer(map, model, places, state, choose);
  listenToKeys(map, model, {
    inSight, go, day: () => state.day, toggle: () => frame.timebar.toggle(), choose, help: () => actions.showAbout(),
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  settings.subscribe(repaint, "theme", "language", "palette", "muted");
  createPaper(map, frame, settings, repaint);
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(frame.container.parentElement);
  frame.root.classList.add("gf-ready");
  const view = {
    ...publicView(map, model, state, { go, choose, toggle: () => frame.timebar.toggle() }),
    comparison: () => comparison.figures(),
    beside: () => beside.figures(),
    charts: () => frame.charts.figures(),
    setting: settings.get,
    set: settings.set,
    pockets: () => pocketsOn(model, state.day).map((pocket) => ({ km2: pocketKm2(pocket), places: pocket.places().map((i) => model.places[i].id) })),
  };
  return { view, map, inherit, leave };
}

/** What other scripts, and tests, may ask and do. */
function publicView(map, model, state, { go, choose, toggle }) {
  const indexOf = (id) => indexOfPlace(model, id);
  return {
    map,
    day: () => isoOf(model.firstDay + state.day),
    goTo: (iso) => go(dayNumber(iso) - model.firstDay),
    select: (id) => choose(id === null ? null : indexOf(id)),
    selected: () => model.places[state.selected]?.id ?? null,
    togglePlay: toggle,
    status: (id) => model.labels[state.labels[indexOf(id)]] ?? null,
    position: (id) => model.places[indexOf(id)]?.latLng ?? null,
    areas: () => areasOn(model, state.patchLabels),
    fronts: () => model.fronts.findLast(([from]) => from <= state.day)[1],
    explain: (id) => explainPlace(model, state, model.places[indexOf(id)]),
  };
}

/** The explanation of a place's status on the day shown, as `geofront explain` prints it. */
function explainPlace(model, { day, states }, place) {
  return explanationLines(model, place, day, states[place.index] ?? noState(place)).join("\n");
}

/** A function that runs what it is given after a pause, and only the last of it. */
function delayed(ms) {
  let timer = null;
  return (action) => {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  };
}

/** The circle within which the chosen place lies, if that is wide. */
function createRadius(map) {
  const ring = L.circle([0, 0], {
    pane: "gf-fronts", renderer: svgIn("gf-fronts"), className: "gf-radius", radius: 0, interactive: false,
  });
  return {
    show(place) {
      if (place && isEstimated(place)) ring.setLatLng(place.latLng).setRadius(1000 * place.radiusKm).addTo(map);
      else ring.remove();
    },
  };
}

/** Hovering shows a tooltip, a click or tap opens the panel of the nearest place. */
function listenToPointer(map, model, places, state, choose) {
  const tooltip = L.tooltip({ className: "gf-tooltip", direction: "auto", offset: [0, 0], opacity: 1 });
  const container = map.getContainer();
  let shown = null;
  const hide = () => {
    tooltip.remove();
    shown = null;
    container.classList.remove("gf-over-place");
  };
  const show = (place) => {
    shown = place;
    const content = placeTooltip(model, place, state.states[place.index]);
    content.append(...pocketLines(model, state.day, place).map((line) => el("div", {}, line)));
    tooltip.setContent(content).setLatLng(place.latLng).addTo(map);
    container.classList.add("gf-over-place");
  };
  map.on("mousemove", ({ latlng, originalEvent }) => {
    if (originalEvent.sourceCapabilities?.firesTouchEvents) return;
    const place = places.nearest(latlng, false);
    if (!place) hide();
    else if (place !== shown) show(place);
  });
  map.on("mouseout movestart", hide);
  map.on("click", ({ latlng, originalEvent }) => {
    const place = places.nearest(latlng, originalEvent.pointerType === "touch");
    hide();
    choose(place ? place.index : null);
  });
}

/** Keys: left and right for days, space to play, Home and End; plus, minus and Shift with arrows for the map. */
function listenToKeys(map, model, { inSight, go, day, toggle, choose, help }) {
  const actions = {
    ArrowLeft: () => go(day() - 1),
    ArrowRight: () => go(day() + 1),
    Home: () => go(0),
    End: () => go(model.days - 1),
    Escape: () => choose(null),
    " ": toggle,
    "?": help,
    "؟": help,
    "+": () => map.zoomIn(),
    "-": () => map.zoomOut(),
  };
  const pans = {
    ArrowLeft: [-PAN_PX, 0], ArrowRight: [PAN_PX, 0], ArrowUp: [0, -PAN_PX], ArrowDown: [0, PAN_PX],
  };
  document.addEventListener("keydown", (event) => {
    if (!inSight() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const pan = event.shiftKey ? pans[event.key] : null;
    const action = pan ? () => map.panBy(pan) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** Whether a key belongs to the control that has the focus. */
function isTyping({ target, key }) {
  if (target.closest?.("dialog")) return true;
  if (target.matches?.('input:not([type="range"]), textarea, select')) return true;
  return key === " " && Boolean(target.closest?.("button, a, summary"));
}

/** Mount the map whose payload stands in the element of that id, once it has a size: a page may load folded away. */
function mountFrom(map, dataId, settings = {}) {
  onceSized(map.getContainer(), () => {
    const payload = JSON.parse(document.getElementById(dataId).textContent);
    const view = mountAccounts(map, payload, { settings, hash: /^(file|https?):$/.test(window.location.protocol) });
    window.geofront.views.push(view);
  });
}

/** Act as soon as an element has a size; frames out of sight may hear of theirs only by the load of the page. */
function onceSized(element, action) {
  const observer = new ResizeObserver(() => attempt());
  const attempt = () => {
    if (!element.clientWidth || !element.clientHeight) return false;
    observer.disconnect();
    window.removeEventListener("load", attempt);
    action();
    return true;
  };
  if (attempt()) return;
  observer.observe(element);
  window.addEventListener("load", attempt);
}

window.geofront = { views: window.geofront?.views ?? [], mountFrom };
