// Places, their names and the day's events, drawn on one canvas above the areas.

const ESTIMATED_KM = 2.5;
const HIT_PX = { mouse: 12, touch: 24 };
const LABEL_GAP = 3;
const LABEL_ROOM = 2;
const PX_PER_NAME = 15_000;
const CANVAS_PADDING = 0.15;
const UI_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Whether a place is known so roughly that its dot is only an estimate. */
function isEstimated(place) {
  return place.radiusKm > ESTIMATED_KM;
}

/** A canvas that Leaflet moves and scales with the map; `draw(context, toPixel)` fills it. */
function createCanvas(map, draw) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const overlay = L.svgOverlay(canvas, map.getBounds(), { pane: "gf-places", interactive: false }).addTo(map);
  const redraw = () => {
    const bounds = map.getBounds().pad(CANVAS_PADDING);
    const corner = map.latLngToLayerPoint(bounds.getNorthWest());
    const size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(corner);
    const scale = window.devicePixelRatio || 1;
    overlay.setBounds(bounds);
    canvas.width = Math.round(size.x * scale);
    canvas.height = Math.round(size.y * scale);
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    draw(context, (latLng) => map.latLngToLayerPoint(latLng).subtract(corner), size);
  };
  map.on("moveend resize", redraw);
  return { redraw };
}

/** The size of the dots: smaller where many are in sight. */
function dotRadius(count) {
  if (count > 2000) return 1.6;
  if (count > 600) return 2.2;
  return count > 200 ? 3 : 4;
}

/** Draws all places and answers which of them is near a point. */
function createPlaces(map, model, view) {
  let spots = [];
  const canvas = createCanvas(map, (context, toPixel, size) => {
    spots = visibleSpots(model, toPixel, size);
    const radius = dotRadius(spots.length);
    const shown = { ...view.state(), radius, theme: view.theme() };
    for (const spot of spots) drawDot(context, model, spot, shown);
    drawEvents(context, model, spots, shown);
    drawNames(context, model, spots, shown, size);
  });
  return {
    redraw: canvas.redraw,
    nearest: (latLng, touch) => nearestPlace(map, model, latLng, touch ? HIT_PX.touch : HIT_PX.mouse),
  };
}

/** The places in the canvas, the least important first, so that the important lie on top. */
function visibleSpots(model, toPixel, size) {
  return model.rank.flatMap((index) => {
    const place = model.places[index];
    const { x, y } = toPixel(place.latLng);
    return x >= 0 && y >= 0 && x <= size.x && y <= size.y ? [{ place, x, y }] : [];
  }).reverse();
}

function nearestPlace(map, model, latLng, limit) {
  const target = map.latLngToContainerPoint(latLng);
  let best = null;
  let least = limit;
  for (const place of model.places) {
    const distance = map.latLngToContainerPoint(place.latLng).distanceTo(target);
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}

function circle(context, { x, y }, radius, from = 0, to = 2 * Math.PI) {
  context.beginPath();
  context.arc(x, y, radius, from, to);
}

/** A dot in the holder's colour, parted for contested places, hollow where the spot is an estimate. */
function drawDot(context, model, spot, { labels, radius, theme }) {
  const index = spot.place.index;
  const label = index < model.controlled ? model.labels[labels[index]] : { status: "unknown", actors: [] };
  const colors = partyColors(theme, label);
  context.setLineDash([]);
  context.fillStyle = theme.paper;
  circle(context, spot, radius + 1.2);
  context.fill();
  if (isEstimated(spot.place)) drawEstimate(context, spot, radius, colors[0] ?? theme.muted);
  else if (!colors.length) drawHollow(context, spot, radius, theme.muted);
  else drawParts(context, spot, radius, colors);
}

function drawEstimate(context, spot, radius, color) {
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.setLineDash([2, 1.6]);
  circle(context, spot, radius);
  context.stroke();
  context.setLineDash([]);
}

function drawHollow(context, spot, radius, color) {
  context.strokeStyle = color;
  context.lineWidth = 1.1;
  circle(context, spot, radius - 0.5);
  context.stroke();
}

function drawParts(context, spot, radius, colors) {
  const turn = (2 * Math.PI) / colors.length;
  colors.forEach((color, i) => {
    context.fillStyle = color;
    circle(context, spot, radius, i * turn - Math.PI / 2, (i + 1) * turn - Math.PI / 2);
    context.fill();
  });
}

/** A ring around each place with an event on the day, dashed if none of them is confirmed. */
function drawEvents(context, model, spots, { day, selected, radius, theme }) {
  const confirmed = new Map();
  for (const event of model.eventsOnDay[day]) {
    confirmed.set(event.place, confirmed.get(event.place) || event.standing === "confirmed");
  }
  for (const spot of spots) {
    const { index } = spot.place;
    if (confirmed.has(index)) drawRing(context, spot, radius + 3.6, theme.ink, confirmed.get(index) ? [] : [3, 2.4]);
    if (index === selected) drawRing(context, spot, radius + 7, theme.ink, [], 2.4);
  }
}

function drawRing(context, spot, radius, color, dash, width = 1.7) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  circle(context, spot, radius);
  context.stroke();
  context.setLineDash([]);
}

/** Names in order: the selected place, the day's events, then by rank; those that collide are left out. */
function drawNames(context, model, spots, shown, size) {
  const ofDay = new Set(model.eventsOnDay[shown.day].map((event) => event.place));
  const urgency = ({ place }) => (place.index === shown.selected ? 2 : Number(ofDay.has(place.index)));
  const queue = spots.toReversed().sort((a, b) => urgency(b) - urgency(a));
  const room = Math.ceil((size.x * size.y) / PX_PER_NAME);
  const taken = spots.length > 600 ? [] : spots.map((spot) => boxAround(spot, shown.radius));
  let drawn = 0;
  for (const spot of queue) {
    const urgent = urgency(spot) > 0;
    if (drawn >= room && !urgent) break;
    const major = drawn < room / 4;
    context.font = `${urgent || major ? 600 : 400} ${urgent || major ? 13 : 11.5}px ${UI_FONT}`;
    const width = context.measureText(spot.place.name).width;
    const box = freeBox(spot, width, shown.radius + (urgent ? 4 : 0), taken, size);
    if (!box) continue;
    taken.push(box);
    drawn += 1;
    drawName(context, spot.place.name, box, shown.theme, urgent || major);
  }
}

function boxAround({ x, y, place }, radius) {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius, place };
}

/** A free box beside the dot: right, left, above, below; null where all are taken. */
function freeBox(spot, width, radius, taken, size) {
  const half = 7;
  const gap = radius + LABEL_GAP;
  const at = (left, top) => ({ left, right: left + width, top, bottom: top + 2 * half, place: spot.place });
  const boxes = [
    at(spot.x + gap, spot.y - half),
    at(spot.x - gap - width, spot.y - half),
    at(spot.x - width / 2, spot.y - gap - 2 * half),
    at(spot.x - width / 2, spot.y + gap),
  ];
  const inside = (box) => box.left > 0 && box.right < size.x && box.top > 0 && box.bottom < size.y;
  return boxes.find((box) => inside(box) && !taken.some((other) => collide(box, other))) ?? null;
}

function collide(a, b) {
  return a.place !== b.place
    && a.left < b.right + LABEL_ROOM && a.right > b.left - LABEL_ROOM
    && a.top < b.bottom && a.bottom > b.top;
}

function drawName(context, name, box, theme, strong) {
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = theme.paper;
  context.globalAlpha = 0.85;
  const middle = (box.top + box.bottom) / 2;
  context.strokeText(name, box.left, middle);
  context.globalAlpha = strong ? 1 : 0.82;
  context.fillStyle = theme.ink;
  context.fillText(name, box.left, middle);
  context.globalAlpha = 1;
}
