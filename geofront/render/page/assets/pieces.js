// The pieces of a map whose areas lie far apart, and the buttons that show one of them.

const APART_SHARE = 0.15;
const PIECES_AT_MOST = 6;
const BAR_PX = 34;

/** Groups of connected areas, those near each other taken together: `[{place, bounds, places}]`, named after `place`. */
function piecesOf(model) {
  const islands = connectedAreas(model);
  const near = APART_SHARE * gap(model.bounds.getSouthWest(), model.bounds.getNorthEast());
  const pieces = [];
  for (const island of islands) {
    const joined = pieces.filter((piece) => boxGap(piece.bounds, island.bounds) < near);
    const piece = { bounds: L.latLngBounds(island.bounds.getSouthWest(), island.bounds.getNorthEast()), places: island.places };
    for (const other of joined) {
      piece.bounds.extend(other.bounds);
      piece.places = piece.places.concat(other.places);
      pieces.splice(pieces.indexOf(other), 1);
    }
    pieces.push(piece);
  }
  const rankOf = new Map(model.rank.map((index, rank) => [index, rank]));
  return pieces.map((piece) => {
    const foremost = piece.places.reduce((best, index) => (rankOf.get(index) < rankOf.get(best) ? index : best));
    return { ...piece, place: model.places[foremost] };
  }).sort((a, b) => a.bounds.getWest() - b.bounds.getWest());
}

/** The parts of the map's outline that lie apart, with the places in or near each: `[{bounds, places}]`. */
function connectedAreas(model) {
  const boxes = [];
  for (const box of outlineBoxes(model)) {
    // What overlaps is one part: a lake in it, or an island before it.
    const touching = boxes.filter((other) => other.overlaps(box));
    for (const other of touching) {
      box.extend(other);
      boxes.splice(boxes.indexOf(other), 1);
    }
    boxes.push(box);
  }
  const islands = boxes.map((bounds) => ({ bounds, places: [] }));
  for (const place of model.places.slice(0, model.controlled)) {
    const spot = L.latLngBounds([place.latLng, place.latLng]);
    const distances = islands.map(({ bounds }) => boxGap(bounds, spot));
    islands[distances.indexOf(Math.min(...distances))]?.places.push(place.index);
  }
  return islands.filter(({ places }) => places.length);
}

/** The box of each line of the outline, lines that share an end taken together. */
function outlineBoxes(model) {
  const parent = new Map();
  const rootOf = (node) => {
    if (!parent.has(node)) parent.set(node, node);
    let root = node;
    while (parent.get(root) !== root) root = parent.get(root);
    parent.set(node, root);
    return root;
  };
  const outline = model.arcs.filter(({ left, right }) => left === NONE || right === NONE);
  for (const { from, to } of outline) parent.set(rootOf(from), rootOf(to));
  const boxes = new Map();
  for (const { from, points } of outline) {
    const root = rootOf(from);
    if (!boxes.has(root)) boxes.set(root, L.latLngBounds([]));
    for (let i = 0; i < points.length; i += 2) boxes.get(root).extend([points[i + 1], points[i]]);
  }
  return [...boxes.values()];
}

/** A distance in degrees of latitude. */
function gap(a, b) {
  const shrunk = Math.cos(((a.lat + b.lat) / 2) * (Math.PI / 180));
  return Math.hypot(a.lat - b.lat, (a.lng - b.lng) * shrunk);
}

function boxGap(one, other) {
  const between = (low, high, otherLow, otherHigh) => Math.max(0, otherLow - high, low - otherHigh);
  const lat = between(one.getSouth(), one.getNorth(), other.getSouth(), other.getNorth());
  const lng = between(one.getWest(), one.getEast(), other.getWest(), other.getEast());
  const middle = one.getCenter().lat;
  return gap(L.latLng(middle, 0), L.latLng(middle + lat, lng));
}

/** Buttons that show a piece or all of the map; `show(place)` shows the piece that a place lies in. */
function createPieces(map, model, settings) {
  const pieces = piecesOf(model);
  if (pieces.length < 2 || pieces.length > PIECES_AT_MOST) return { show: () => {} };
  const control = L.control({ position: "bottomleft" });
  const fit = (bounds) => fitTo(map, bounds, BAR_PX);
  control.onAdd = () => {
    const bar = el("div", { class: "gf-pieces", role: "group" });
    const paint = () => {
      setAttribute(bar, "aria-label", t("map.parts"));
      bar.replaceChildren(
        button(t("map.show_whole"), "gf-piece", () => fit(model.bounds), t("map.all")),
        ...pieces.map(({ place, bounds }) => (
          button(t("map.show_part", { place: placeName(place) }), "gf-piece", () => fit(bounds), placeName(place)))));
    };
    settings.subscribe(paint, "language");
    paint();
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);
  fit(model.bounds);
  return {
    show({ latLng }) {
      const [nearest] = pieces.filter(({ bounds }) => bounds.contains(latLng));
      if (nearest) fit(nearest.bounds);
    },
  };
}
