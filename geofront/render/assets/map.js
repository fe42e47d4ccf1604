// The page: its state, and how the reader changes it.

const HASH = /^#(\d{4}-\d{2}-\d{2})(?:\/([a-z0-9-]+))?$/;
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

/** Leaflet's map made ready: extent, zoom limits, scale, no keys of its own. */
function prepareMap(map, model) {
  const bounds = model.bounds.pad(0.01);
  map.attributionControl?.setPrefix(false);
  map.keyboard?.disable();
  map.invalidateSize({ animate: false });
  fitTo(map, model.bounds);
  map.setMinZoom(Math.max(1, Math.floor(map.getZoom()) - 1));
  map.setMaxZoom(ZOOM_MOST);
  map.setMaxBounds(bounds.pad(1));
  makePanes(map);
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 140 }).addTo(map);
}

/** Build the page around a Leaflet map; returns what scripts may do with it. */
function mount(map, payload, options = {}) {
  const model = readModel(payload);
  const settings = createSettings(model, options.settings);
  const status = createStatus(model);
  const state = { day: NONE, selected: null, labels: status.labels, patchLabels: status.patchLabels, states: status.states };
  const actions = { go: (day, how) => go(day, how), choose: (place, how) => choose(place, how) };
  const frame = buildFrame(map, model, actions, settings);
  prepareMap(map, model);
  const pieces = createPieces(map, model);
  let theme = readTheme(frame.root, model);
  createGraticule(map);
  const hatches = createHatches(frame.root, model, map.getContainer().id);
  const areas = createAreas(map, model, hatches);
  const fronts = createFronts(map, model);
  const places = createPlaces(map, model, { state: () => state, theme: () => theme });
  const radius = createRadius(map);
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
    areas.draw(status.patchLabels);
    fronts.draw(status.patchLabels, state.day);
    places.redraw();
    drawText();
    if (options.hash) later.hash(() => writeHash(model, state));
  }

  function drawText() {
    const number = model.firstDay + state.day;
    frame.date.dateTime = isoOf(number);
    frame.date.replaceChildren(el("span", { class: "gf-weekday" }, weekday(number)), ` ${longDate(number)}`);
    frame.container.setAttribute("aria-label", `Map of control on ${longDate(number)}`);
    frame.timebar.show(state.day);
    drawAreas(frame.areas.body, model, theme, status.patchLabels);
    drawEventList(frame.events.body, model, theme, state.day, choose);
    drawPlacePanel();
  }

  function drawPlacePanel() {
    const place = model.places[state.selected];
    frame.place.element.hidden = !place;
    radius.show(place);
    if (!place) return;
    frame.place.title.textContent = place.name;
    keepingFocus(frame.place.element, () => drawPlace(frame.place.body, model, theme, place, state, go));
  }

  function choose(index, { near = false } = {}) {
    state.selected = index;
    if (near) pieces.show(model.places[index]);
    drawPlacePanel();
    places.redraw();
    if (options.hash) later.hash(() => writeHash(model, state));
    if (index === null) return;
    frame.side.scrollTop = 0;
    const { latLng } = model.places[index];
    if (!map.getBounds().pad(-0.05).contains(latLng)) map.panTo(latLng);
  }

  function repaint() {
    theme = readTheme(frame.root, model);
    hatches.paint(theme);
    areas.paint(theme);
    places.redraw();
    drawText();
  }

  function speak() {
    const events = model.eventsOnDay[state.day].length;
    frame.spoken.textContent = `${longDate(model.firstDay + state.day)}: `
      + `${events || "no"} ${events === 1 ? "statement" : "statements"}.`;
  }

  function openHash() {
    const target = readHash(model);
    if (target.place !== null && target.place !== state.selected) choose(target.place, { near: true });
    if (Number.isFinite(target.day)) go(target.day);
  }

  hatches.paint(theme);
  areas.paint(theme);
  go(model.openDay);
  if (options.hash) {
    openHash();
    window.addEventListener("hashchange", openHash);
  }
  listenToPointer(map, model, places, state, choose);
  listenToKeys(map, model, { go, day: () => state.day, toggle: frame.timebar.toggle, choose });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(frame.container.parentElement);
  frame.root.classList.add("gf-ready");
  return publicView(map, model, state, { go, choose, toggle: frame.timebar.toggle });
}

/** What other scripts, and tests, may ask and do. */
function publicView(map, model, state, { go, choose, toggle }) {
  const indexOf = (id) => model.places.findIndex((place) => place.id === id);
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

function readHash(model) {
  const [, iso, id] = HASH.exec(window.location.hash) ?? [];
  const day = iso ? dayNumber(iso) - model.firstDay : NaN;
  const place = id ? model.places.findIndex((candidate) => candidate.id === id) : NONE;
  return { day, place: place === NONE ? null : place };
}

function writeHash(model, { day, selected }) {
  const place = selected === null ? "" : `/${model.places[selected].id}`;
  const hash = `#${isoOf(model.firstDay + day)}${place}`;
  if (window.location.hash !== hash) window.history.replaceState(null, "", hash);
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
    tooltip.setContent(placeTooltip(model, place, state.states[place.index])).setLatLng(place.latLng).addTo(map);
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
function listenToKeys(map, model, { go, day, toggle, choose }) {
  const actions = {
    ArrowLeft: () => go(day() - 1),
    ArrowRight: () => go(day() + 1),
    Home: () => go(0),
    End: () => go(model.days - 1),
    Escape: () => choose(null),
    " ": toggle,
    "+": () => map.zoomIn(),
    "-": () => map.zoomOut(),
  };
  const pans = {
    ArrowLeft: [-PAN_PX, 0], ArrowRight: [PAN_PX, 0], ArrowUp: [0, -PAN_PX], ArrowDown: [0, PAN_PX],
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
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

/** Mount the map whose payload stands in the element of that id. */
function mountFrom(map, dataId) {
  const payload = JSON.parse(document.getElementById(dataId).textContent);
  const view = mount(map, payload, { hash: /^(file|https?):$/.test(window.location.protocol) });
  window.geofront.views.push(view);
}

window.geofront = { views: window.geofront?.views ?? [], mountFrom };
