// The pieces of a map whose areas lie far apart, and the buttons that show one of them.

const APART_SHARE = 0.15;
const PIECES_AT_MOST = 6;
const BAR_PX = 34;

/** Groups of connected areas, those near each other taken together: `[{name, bounds, places}]`. */
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
    return { ...piece, name: model.places[foremost].name };
  }).sort((a, b) => a.bounds.getWest() - b.bounds.getWest());
}

/** The areas that hang together through common borders: `[{bounds, places}]`. */
function connectedAreas(model) {
  const parent = Array.from({ length: model.controlled }, (_, index) => index);
  const rootOf = (index) => {
    let root = index;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]];
    return root;
  };
  for (const { left, right } of model.arcs) {
    if (left !== NONE && right !== NONE) parent[rootOf(left)] = rootOf(right);
  }
  const islands = new Map();
  const islandAt = (index) => {
    const root = rootOf(index);
    if (!islands.has(root)) islands.set(root, { bounds: L.latLngBounds([]), places: [] });
    return islands.get(root);
  };
  for (const { left, right, points } of model.arcs) {
    const { bounds } = islandAt(left === NONE ? right : left);
    for (const point of points) bounds.extend(point);
  }
  for (let index = 0; index < model.controlled; index += 1) {
    if (islands.has(rootOf(index))) islandAt(index).places.push(index);
  }
  return [...islands.values()];
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
function createPieces(map, model) {
  const pieces = piecesOf(model);
  if (pieces.length < 2 || pieces.length > PIECES_AT_MOST) return { show: () => {} };
  const control = L.control({ position: "bottomleft" });
  const fit = (bounds) => fitTo(map, bounds, BAR_PX);
  const choices = [{ name: "All", bounds: model.bounds }, ...pieces];
  control.onAdd = () => {
    const bar = el("div", { class: "gf-pieces", role: "group", "aria-label": "Parts of the map" },
      choices.map(({ name, bounds }) => button(`Show ${name === "All" ? "the whole map" : `the part around ${name}`}`,
        "gf-piece", () => fit(bounds), name)));
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
