// Places, their names and the day's events, drawn above the areas.

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
const FOREMOST = 3;
const CONTROL_PX = { x: 52, y: 84 };
const NAME_PX = 14;
const ROOMY_PX = 700;
const UI_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const COUNTRY_FONT = `600 11px ${UI_FONT}`;
const COUNTRY_SPACING_PX = 1.6;
const CLAIM_DASH = [2.6, 2];
const DOUBT_FONT = `700 12px ${UI_FONT}`;
const NAME_FONTS = { strong: `600 13px ${UI_FONT}`, plain: `400 11.5px ${UI_FONT}` };

/** Whether a place is known so roughly that its dot is only an estimate. */
function isEstimated(place) {
  return place.radiusKm > ESTIMATED_KM;
}

/** The size of the dots: smaller where they lie close, whatever stays empty between them. */
function dotRadius(spots) {
  const occupied = new Set(spots.map(({ x, y }) => Math.floor(x / CROWD_PX) * 2 ** 16 + Math.floor(y / CROWD_PX)));
  const apart = CROWD_PX * Math.sqrt(occupied.size / Math.max(1, spots.length));
  return Math.max(DOT_PX.least, Math.min(DOT_PX.most, apart / DOTS_APART));
}

/**
 * Draws all places and answers which of them is near a point. `view`: `state()`, `theme()`, and
 * where the reader may choose `settings`, for the layers, the muted parties and the script of names.
 *
 * Dots lie on a canvas of their own, painted anew only where they changed; what changes every day
 * lies above them.
 */
function createPlaces(map, model, view) {
  let spots = [];
  let spotsKey = null;
  let radius = DOT_PX.most;
  let below = { x: 0, y: 0 };
  const chosen = (name) => (view.settings ? view.settings.get(name) : SETTINGS[name].first);
  const dots = createCanvas(map);
  const names = createCanvas(map);
  const marks = createMarks(dots, model);

  /** Where the places lie, which stays so from day to day. */
  const settle = (moved) => {
    const { selected } = view.state();
    const key = isRegion(model, model.places[selected]) ? selected : null;
    if (!moved && key === spotsKey) return false;
    spotsKey = key;
    spots = visibleSpots(model, dots.toPixel, dots.size, selected);
    radius = dotRadius(spots);
    for (const spot of spots) spot.reach = markRadius(spot.place, radius);
    return true;
  };

  const draw = (moved) => {
    const settled = settle(moved);
    const shown = {
      ...view.state(), radius, theme: view.theme(), below,
      layers: chosen("layers"), muted: chosen("muted"), script: chosen("names"),
    };
    marks.draw(spots, shown, settled);
    const { context, size, margin } = names;
    names.clear();
    drawRings(context, model, spots, shown);
    const doubts = shown.layers.places ? drawDoubts(context, spots, shown) : [];
    const seen = viewWithin(size, margin);
    const taken = shown.layers.names ? drawNames(context, model, spots, shown, seen, doubts) : [];
    if (shown.layers.backdrop) drawCountries(context, model, names.toPixel, shown, seen, taken);
  };

  const settleAnew = () => {
    for (const canvas of [dots, names]) canvas.place();
    below = sizeBelow(map);
    draw(true);
  };
  map.on("moveend resize", settleAnew);
  return {
    redraw: () => (dots.isPlaced() ? draw(false) : settleAnew()),
    nearest: (latLng, touch) => nearestPlace(spots, dots.toPixel(latLng), touch ? HIT_PX.touch : HIT_PX.mouse),
  };
}

/** Whether a place is a country, province or desert: too wide for a dot, and without an area of its own. */
function isRegion(model, place) {
  return Boolean(place) && place.index >= model.controlled && place.radiusKm > REGION_KM;
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

/** Names of countries in what room is left. */
function drawCountries(context, model, toPixel, { theme }, view, names) {
  const taken = [...names];
  context.font = COUNTRY_FONT;
  // Arabic letters are joined, not spaced.
  context.letterSpacing = currentLanguage().code === "ar" ? "0px" : `${COUNTRY_SPACING_PX}px`;
  for (const { code, latLng } of model.backdrop.names) {
    const { x, y } = toPixel(latLng);
    const text = countryName(code).toLocaleUpperCase(currentLanguage().locale);
    const width = context.measureText(text).width;
    const box = { left: x - width / 2, right: x + width / 2, top: y - NAME_PX / 2, bottom: y + NAME_PX / 2, place: null };
    const inView = box.left > view.left && box.right < view.right && box.top > view.top && box.bottom < view.bottom;
    if (!inView || taken.some((name) => overlap(name, box))) continue;
    taken.push(box);
    drawText(context, text, box, { ...theme, ink: theme.muted }, 0.9);
  }
  context.letterSpacing = "0px";
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
function drawRings(context, model, spots, { day, states, selected, theme, layers }) {
  const confirmed = new Map();
  for (const event of layers.events ? model.eventsOnDay[day] : []) {
    confirmed.set(event.place, confirmed.get(event.place) || event.standing === "confirmed");
  }
  for (const spot of spots) {
    const { index } = spot.place;
    const { besiegedBy = [], claim } = states[index] ?? {};
    let room = spot.reach + 2;
    const ring = (color, dash, width) => {
      drawRing(context, spot, room, color, dash, width);
      room += width + 0.8;
    };
    if (layers.places && besiegedBy.length) ring(theme.actors[besiegedBy[0]], [], 2);
    if (layers.places && layers.claims && claim) ring(theme.actors[claim.claimedBy[0]] ?? theme.muted, CLAIM_DASH, 2);
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

/** The names of a place in the scripts wanted, the first one above; "auto" is that of the page's language. */
function namesShown({ name, nameAr }, script) {
  const arabicFirst = currentLanguage().code === "ar";
  const wanted = script === "auto" ? (arabicFirst ? "arabic" : "latin") : script;
  if (!nameAr || wanted === "latin") return [name];
  if (wanted === "arabic") return [nameAr];
  return arabicFirst ? [nameAr, name] : [name, nameAr];
}

/** Whether a place's holders are all muted, so that its name is left out. */
function isMuted(model, place, { labels, muted }) {
  const { actors } = shownLabel(model, place, labels);
  return muted.length > 0 && actors.length > 0 && actors.every((actor) => muted.includes(model.actors[actor].id));
}

/** Names in order: the chosen place, the day's events, then by rank; those that collide are left out. */
function drawNames(context, model, spots, shown, view, doubts) {
  const ofDay = new Set(model.eventsOnDay[shown.day].map((event) => event.place));
  const urgency = ({ place }) => (place.index === shown.selected ? 2 : Number(ofDay.has(place.index)));
  const queue = spots.filter(({ place }) => urgency({ place }) === 2 || !isMuted(model, place, shown))
    .reverse().sort((a, b) => urgency(b) - urgency(a));
  const room = Math.ceil(((view.right - view.left) * (view.bottom - view.top)) / PX_PER_NAME);
  const roomy = view.right - view.left > ROOMY_PX;
  const dots = spots.length > NAMES_OVER_DOTS ? [] : spots.map((spot) => boxAround(spot, spot.reach));
  const names = [{ left: view.left, top: view.top, right: view.left + CONTROL_PX.x, bottom: view.top + CONTROL_PX.y }];
  const taken = [...doubts, { left: view.left, top: view.bottom - shown.below.y, right: view.left + shown.below.x, bottom: view.bottom }];
  for (const spot of queue) {
    const urgent = urgency(spot) > 0;
    if (names.length > (urgent ? 2 * room : room)) break;
    const strong = urgent || names.length <= room / 4;
    const font = strong ? NAME_FONTS.strong : NAME_FONTS.plain;
    context.font = font;
    const mayCover = names.length <= FOREMOST ? Infinity : Number(urgent);
    const fit = (texts, least) => {
      const width = Math.max(...texts.map((text) => context.measureText(text).width));
      const boxes = boxesBeside(spot, { width, height: NAME_PX * texts.length }, spot.reach + (urgent ? 4 : 0));
      return { texts, width, box: bestBox(boxes, [...names, ...taken], dots, view, least) };
    };
    // A second script is a courtesy for which little is covered, unless the reader wants it.
    const courteous = shown.script === "auto" && strong && roomy ? fit(namesShown(spot.place, "both"), Math.min(1, mayCover)) : {};
    const { texts, width, box } = courteous.box ? courteous : fit(namesShown(spot.place, shown.script), mayCover);
    if (!box) continue;
    names.push(box);
    texts.forEach((text, i) => {
      const line = { left: box.left, top: box.top + i * NAME_PX, bottom: box.top + (i + 1) * NAME_PX };
      if (box.left < spot.x - width / 2) line.left = box.right - context.measureText(text).width;
      drawName(context, text, line, shown.theme, strong);
    });
  }
  return [...names, ...taken, ...dots];
}

function boxAround({ x, y, place }, radius) {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius, place };
}

/** Where a name may stand beside its dot: right, left, above, below, then between these. */
function boxesBeside({ x, y, place }, { width, height }, radius) {
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
  return a.place !== b.place && overlap(a, b);
}

function overlap(a, b) {
  return a.left < b.right + LABEL_ROOM && a.right > b.left - LABEL_ROOM
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
