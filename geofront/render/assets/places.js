// Places, their names and the day's events, drawn on one canvas above the areas.

const ESTIMATED_KM = 2.5;
const REGION_KM = 25;
const HIT_PX = { mouse: 12, touch: 24 };
const LABEL_GAP = 3;
const DOUBT_PX = { width: 7, height: 11 };
const LABEL_ROOM = 2;
const PX_PER_NAME = 15_000;
const DOT_PX = { least: 1.5, most: 4 };
const DOTS_APART = 8;
const CROWD_PX = 60;
const NAMES_OVER_DOTS = 600;
const CANVAS_PADDING = 0.15;
const FOREMOST = 3;
const CONTROL_PX = { x: 52, y: 84 };
const NAME_PX = 14;
const UI_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const CLAIM_DASH = [2.6, 2];
const DOUBT_FONT = `700 12px ${UI_FONT}`;
const NAME_FONTS = { strong: `600 13px ${UI_FONT}`, plain: `400 11.5px ${UI_FONT}` };

/** Whether a place is known so roughly that its dot is only an estimate. */
function isEstimated(place) {
  return place.radiusKm > ESTIMATED_KM;
}

/** A canvas that Leaflet moves and scales with the map; `draw(context, toPixel, size, margin)` fills it. */
function createCanvas(map, draw) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const overlay = L.svgOverlay(canvas, map.getBounds(), { pane: "gf-places", interactive: false }).addTo(map);
  const redraw = () => {
    const bounds = map.getBounds().pad(CANVAS_PADDING);
    const corner = map.latLngToLayerPoint(bounds.getNorthWest());
    const size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(corner);
    const scale = window.devicePixelRatio || 1;
    const margin = map.containerPointToLayerPoint([0, 0]).subtract(corner);
    overlay.setBounds(bounds);
    canvas.width = Math.round(size.x * scale);
    canvas.height = Math.round(size.y * scale);
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    draw(context, (latLng) => map.latLngToLayerPoint(latLng).subtract(corner), size, margin);
  };
  map.on("moveend resize", redraw);
  return { redraw };
}

/** The size of the dots: smaller where they lie close, whatever stays empty between them. */
function dotRadius(spots) {
  const occupied = new Set(spots.map(({ x, y }) => Math.floor(x / CROWD_PX) * 2 ** 16 + Math.floor(y / CROWD_PX)));
  const apart = CROWD_PX * Math.sqrt(occupied.size / Math.max(1, spots.length));
  return Math.max(DOT_PX.least, Math.min(DOT_PX.most, apart / DOTS_APART));
}

/** Draws all places and answers which of them is near a point. */
function createPlaces(map, model, view) {
  let spots = [];
  let pixelOf = null;
  const canvas = createCanvas(map, (context, toPixel, size, margin) => {
    pixelOf = toPixel;
    spots = visibleSpots(model, toPixel, size, view.state().selected);
    const shown = { ...view.state(), radius: dotRadius(spots), theme: view.theme(), below: sizeBelow(map) };
    for (const spot of spots) drawDot(context, model, spot, shown);
    drawRings(context, model, spots, shown);
    const doubts = drawDoubts(context, spots, shown);
    drawNames(context, model, spots, shown, viewWithin(size, margin), doubts);
  });
  return {
    redraw: canvas.redraw,
    nearest: (latLng, touch) => nearestPlace(spots, pixelOf(latLng), touch ? HIT_PX.touch : HIT_PX.mouse),
  };
}

/** Whether a place is a country, province or desert: too wide for a dot, and without an area of its own. */
function isRegion(model, place) {
  return place.index >= model.controlled && place.radiusKm > REGION_KM;
}

/** The places in the canvas, the least important first, so that the important lie on top. */
function visibleSpots(model, toPixel, size, selected) {
  return model.rank.flatMap((index) => {
    const place = model.places[index];
    if (isRegion(model, place) && index !== selected) return [];
    const { x, y } = toPixel(place.latLng);
    return x >= 0 && y >= 0 && x <= size.x && y <= size.y ? [{ place, x, y }] : [];
  }).reverse();
}

/** The room that the controls at the bottom left take. */
function sizeBelow(map) {
  const corner = map.getContainer().querySelector(".leaflet-bottom.leaflet-left");
  return { x: corner?.offsetWidth ?? 0, y: corner?.offsetHeight ?? 0 };
}

/** The part of the canvas that is in sight, where names may stand. */
function viewWithin(size, margin) {
  return { left: margin.x, top: margin.y, right: size.x - margin.x, bottom: size.y - margin.y };
}

function nearestPlace(spots, target, limit) {
  let best = null;
  let least = limit;
  for (const { place, x, y } of spots) {
    const distance = Math.hypot(x - target.x, y - target.y);
    if (distance <= least) [best, least] = [place, distance];
  }
  return best;
}

function circle(context, { x, y }, radius, from = 0, to = 2 * Math.PI) {
  context.beginPath();
  context.arc(x, y, radius, from, to);
}

/** A dot in the holder's colour: parted for contested places, small for unknown, a ring for estimates. */
function drawDot(context, model, spot, { labels, radius, theme }) {
  const index = spot.place.index;
  const label = index < model.controlled ? model.labels[labels[index]] : { status: "unknown", actors: [] };
  const colors = partyColors(theme, label);
  const estimated = isEstimated(spot.place);
  context.fillStyle = theme.paper;
  circle(context, spot, radius + 1.2);
  context.fill();
  if (estimated) drawRing(context, spot, radius - 0.2, colors[0] ?? theme.muted, [], radius / 2.4);
  else if (colors.length) drawParts(context, spot, radius, colors);
  else drawParts(context, spot, 0.62 * radius, [theme.muted]);
}

function drawParts(context, spot, radius, colors) {
  const turn = (2 * Math.PI) / colors.length;
  colors.forEach((color, i) => {
    context.fillStyle = color;
    circle(context, spot, radius, i * turn - Math.PI / 2, (i + 1) * turn - Math.PI / 2);
    context.fill();
  });
}

/**
 * Rings, the inner ones first: besieged places; claims that are not accepted, dashed; events of the
 * day, dashed if none is confirmed; the chosen place.
 */
function drawRings(context, model, spots, { day, states, selected, radius, theme }) {
  const confirmed = new Map();
  for (const event of model.eventsOnDay[day]) {
    confirmed.set(event.place, confirmed.get(event.place) || event.standing === "confirmed");
  }
  for (const spot of spots) {
    const { index } = spot.place;
    const { besiegedBy = [], claim } = states[index] ?? {};
    let room = radius + 2;
    const ring = (color, dash, width) => {
      drawRing(context, spot, room, color, dash, width);
      room += width + 0.8;
    };
    if (besiegedBy.length) ring(theme.actors[besiegedBy[0]], [], 2);
    if (claim) ring(theme.actors[claim.claimedBy[0]] ?? theme.muted, CLAIM_DASH, 2);
    if (confirmed.has(index)) drawRing(context, spot, room + 1.4, theme.ink, confirmed.get(index) ? [] : [3, 2.4]);
    if (index === selected) drawRing(context, spot, room + 5, theme.ink, [], 2.4);
  }
}

/** A question mark beside each place whose status is uncertain on the day; returns their boxes. */
function drawDoubts(context, spots, { states, radius, theme }) {
  const uncertain = spots.filter(({ place }) => states[place.index]?.pending);
  context.font = DOUBT_FONT;
  return uncertain.map(({ x, y }) => {
    const left = x + 0.7 * radius;
    const top = y - 0.7 * radius - DOUBT_PX.height;
    const box = { left, top, right: left + DOUBT_PX.width, bottom: top + DOUBT_PX.height, place: null };
    drawText(context, "?", box, theme);
    return { ...box, left: left - LABEL_GAP, right: box.right + LABEL_GAP };
  });
}

function drawRing(context, spot, radius, color, dash, width = 1.5) {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  circle(context, spot, radius);
  context.stroke();
  context.setLineDash([]);
}

/** Names in order: the chosen place, the day's events, then by rank; those that collide are left out. */
function drawNames(context, model, spots, shown, view, doubts) {
  const ofDay = new Set(model.eventsOnDay[shown.day].map((event) => event.place));
  const urgency = ({ place }) => (place.index === shown.selected ? 2 : Number(ofDay.has(place.index)));
  const queue = spots.toReversed().sort((a, b) => urgency(b) - urgency(a));
  const room = Math.ceil(((view.right - view.left) * (view.bottom - view.top)) / PX_PER_NAME);
  const dots = spots.length > NAMES_OVER_DOTS ? [] : spots.map((spot) => boxAround(spot, shown.radius));
  const names = [{ left: view.left, top: view.top, right: view.left + CONTROL_PX.x, bottom: view.top + CONTROL_PX.y }];
  const taken = [...doubts, { left: view.left, top: view.bottom - shown.below.y, right: view.left + shown.below.x, bottom: view.bottom }];
  for (const spot of queue) {
    const urgent = urgency(spot) > 0;
    if (names.length > (urgent ? 2 * room : room)) break;
    const strong = urgent || names.length <= room / 4;
    context.font = strong ? NAME_FONTS.strong : NAME_FONTS.plain;
    const boxes = boxesBeside(spot, context.measureText(spot.place.name).width, shown.radius + (urgent ? 4 : 0));
    const mayCover = names.length <= FOREMOST ? Infinity : Number(urgent);
    const box = bestBox(boxes, [...names, ...taken], dots, view, mayCover);
    if (!box) continue;
    names.push(box);
    drawName(context, spot.place.name, box, shown.theme, strong);
  }
}

function boxAround({ x, y, place }, radius) {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius, place };
}

/** Where a name may stand beside its dot: right, left, above, below, then between these. */
function boxesBeside({ x, y, place }, width, radius) {
  const height = NAME_PX;
  const gap = radius + LABEL_GAP;
  const near = 0.7 * gap;
  const at = (left, top) => ({ left, right: left + width, top, bottom: top + height, place });
  return [
    at(x + gap, y - height / 2),
    at(x - gap - width, y - height / 2),
    at(x - width / 2, y - gap - height),
    at(x - width / 2, y + gap),
    at(x + near, y - near - height),
    at(x + near, y + near),
    at(x - near - width, y - near - height),
    at(x - near - width, y + near),
  ];
}

/** The box in sight that meets no name and covers the fewest dots, and no more than it may. */
function bestBox(boxes, names, dots, view, mayCover) {
  let best = null;
  let least = mayCover + 1;
  for (const box of boxes) {
    const inView = box.left > view.left && box.right < view.right && box.top > view.top && box.bottom < view.bottom;
    if (!inView || names.some((name) => collide(box, name))) continue;
    const covered = dots.reduce((count, dot) => count + collide(box, dot), 0);
    if (covered < least || (best === null && mayCover === Infinity)) [best, least] = [box, covered];
    if (covered === 0) break;
  }
  return best;
}

function collide(a, b) {
  return a.place !== b.place
    && a.left < b.right + LABEL_ROOM && a.right > b.left - LABEL_ROOM
    && a.top < b.bottom && a.bottom > b.top;
}

function drawName(context, name, box, theme, strong) {
  drawText(context, name, box, theme, strong ? 1 : 0.82);
}

/** Text at the left of a box, in ink over a rim of paper. */
function drawText(context, text, box, theme, opacity = 1) {
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = theme.paper;
  context.globalAlpha = 0.85;
  const middle = (box.top + box.bottom) / 2;
  context.strokeText(text, box.left, middle);
  context.globalAlpha = opacity;
  context.fillStyle = theme.ink;
  context.fillText(text, box.left, middle);
  context.globalAlpha = 1;
}
