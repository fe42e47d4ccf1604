// The canvases above the areas, and the marks of places on one of them.

const CANVAS_PADDING = 0.15;
const SQUARE_BELOW_PX = 2;
// The side of a square as large as a circle of radius 1.
const SQUARE_SIDE = Math.sqrt(Math.PI);
const BUCKET_PX = 32;
const ANEW_FROM_SHARE = 0.2;

/** A canvas that Leaflet moves and scales with the map; `place()` fits it to what is in sight. */
function createCanvas(map) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const overlay = L.svgOverlay(canvas, map.getBounds(), { pane: "gf-places", interactive: false }).addTo(map);
  const context = canvas.getContext("2d");
  let corner = L.point(0, 0);
  const made = {
    context,
    size: L.point(0, 0),
    margin: L.point(0, 0),
    scale: 0,
    isPlaced: () => made.scale === (window.devicePixelRatio || 1),
    toPixel: (latLng) => map.latLngToLayerPoint(latLng).subtract(corner),
    place() {
      const bounds = map.getBounds().pad(CANVAS_PADDING);
      corner = map.latLngToLayerPoint(bounds.getNorthWest());
      made.size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(corner);
      made.margin = map.containerPointToLayerPoint([0, 0]).subtract(corner);
      made.scale = window.devicePixelRatio || 1;
      overlay.setBounds(bounds);
      canvas.width = Math.round(made.size.x * made.scale);
      canvas.height = Math.round(made.size.y * made.scale);
      context.scale(made.scale, made.scale);
    },
    clear: () => context.clearRect(0, 0, made.size.x + 1, made.size.y + 1),
  };
  return made;
}

/** The label of a place on the day; unknown where it has no status at all. */
function shownLabel(model, place, labels) {
  return place.index < model.controlled ? model.labels[labels[place.index]] : UNKNOWN_LABEL;
}

const UNKNOWN_LABEL = { status: "unknown", actors: [] };

/** The marks on their canvas: of a day after another only those that changed, and what touches them. */
function createMarks(canvas, model) {
  let drawn = null;
  const sheet = document.createElement("canvas");
  const paint = (spots, { labels, radius, theme }, context = canvas.context) => {
    const colorsOf = ({ place }) => partyColors(theme, shownLabel(model, place, labels));
    if (radius < GLYPH_LEAST_PX) drawCrowd(context, spots, colorsOf, theme);
    else for (const spot of spots) drawMark(context, spot, colorsOf(spot), { theme, radius, estimated: isEstimated(spot.place) });
  };
  return {
    /** Draw the marks of a day; `settled`: they lie elsewhere than before. */
    draw(spots, shown, settled) {
      const { labels, theme, layers } = shown;
      const before = drawn;
      drawn = { theme, places: layers.places, labels: Int32Array.from(labels) };
      const same = before && !settled && before.theme === theme && before.places === layers.places;
      const changed = same ? spots.filter(({ place: { index } }) => labels[index] !== before.labels[index]) : spots;
      if (!changed.length || (same && !layers.places)) return;
      if (same && changed.length < ANEW_FROM_SHARE * spots.length) repaintAround(canvas, sheet, spots, changed, (some, context) => paint(some, shown, context));
      else {
        canvas.clear();
        if (layers.places) paint(spots, shown);
      }
    },
  };
}

/** The box that a mark surely lies in, on whole pixels of the canvas. */
function boxOfMark({ x, y, reach }, scale) {
  const room = 1.4 * reach + 3;
  const [left, top] = [x - room, y - room].map((edge) => Math.floor(edge * scale) / scale);
  const [right, bottom] = [x + room, y + room].map((edge) => Math.ceil(edge * scale) / scale);
  return { left, top, right, bottom };
}

function bucketsOf({ left, top, right, bottom }) {
  const found = [];
  for (let i = Math.floor(left / BUCKET_PX); i <= Math.floor(right / BUCKET_PX); i += 1) {
    for (let j = Math.floor(top / BUCKET_PX); j <= Math.floor(bottom / BUCKET_PX); j += 1) found.push(i * 2 ** 16 + j);
  }
  return found;
}

/**
 * Paint some spots anew with all that touches them, in the usual order. This is done on a sheet
 * beside, of which the boxes of the spots are taken over: what a clip cuts through would get other
 * edges.
 */
function repaintAround({ context, size, scale }, sheet, spots, changed, paint) {
  const boxes = changed.map((spot) => boxOfMark(spot, scale));
  const dirty = new Set(boxes.flatMap(bucketsOf));
  const near = spots.filter((spot) => bucketsOf(boxOfMark(spot, scale)).some((bucket) => dirty.has(bucket)));
  sheet.width = context.canvas.width;
  sheet.height = context.canvas.height;
  const beside = sheet.getContext("2d");
  beside.scale(scale, scale);
  paint(near, beside);
  const within = (edge, most) => Math.max(0, Math.min(most, edge));
  for (const box of boxes) {
    const [left, right] = [box.left, box.right].map((edge) => within(edge, size.x));
    const [top, bottom] = [box.top, box.bottom].map((edge) => within(edge, size.y));
    const [width, height] = [right - left, bottom - top];
    context.clearRect(left, top, width, height);
    if (width > 0 && height > 0) context.drawImage(sheet, left * scale, top * scale, width * scale, height * scale, left, top, width, height);
  }
}
