// Two days compared: what changed hands on the map, in a table, and as a list of places.

const COMPARE_PANE = { name: "gf-compare", zIndex: 325 };
const WAS = { size: 9, rim: 3.6, line: 2 };
const COMPARED_DAYS_BACK = 30;
const MOVED_PLACES_AT_ONCE = 40;

/** The day to compare with at first: some time before the day shown, or else the first. */
function usualOtherDay(day) {
  return Math.max(0, day - COMPARED_DAYS_BACK);
}

// --- on the map -----------------------------------------------------------------------------

/** Thin lines in the colours of who held it, rimmed with paper, to lie over the colour of who holds it. */
function wasPattern(id, colors, paper) {
  const width = WAS.size * colors.length;
  const pattern = svgElement("pattern", {
    id, width, height: WAS.size, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-45)",
  });
  colors.forEach((fill, i) => {
    const bar = (size, color) => svgElement("rect", {
      x: (i + 0.5) * WAS.size - size / 2, y: 0, width: size, height: WAS.size, fill: color,
    });
    pattern.append(bar(WAS.rim, paper), bar(WAS.line, fill));
  });
  return pattern;
}

/** The ground that changed hands: in the colours of who holds it now, thinly hatched in those of who did. */
function createChangedGround(map, model, root, hatches) {
  const pane = map.getPane(COMPARE_PANE.name) ?? map.createPane(COMPARE_PANE.name);
  Object.assign(pane.style, { zIndex: COMPARE_PANE.zIndex, pointerEvents: "none" });
  const renderer = svgIn(COMPARE_PANE.name);
  const prefix = `${map.getContainer().id}-was`;
  const definitions = svgElement("defs");
  const holder = svgElement("svg", { width: 0, height: 0, "aria-hidden": "true", class: "gf-hatches" });
  holder.append(definitions);
  root.append(holder);
  const options = { pane: COMPARE_PANE.name, renderer };
  const polygons = (className) => model.labels.map(({ status }) => (status === "unknown" ? null
    : chainArea(model, { ...options, className: `${className} ${className}-${status}`, stroke: false }).addTo(map)));
  const now = polygons("gf-gained");
  const was = polygons("gf-was");
  const edge = chainLine(model, { ...options, className: "gf-changed-edge" }).addTo(map);
  const setRings = (paths, lines) => ringsWithin(lines, paths.length).forEach((rings, label) => paths[label]?.setChains(rings));
  return {
    draw(lines) {
      setRings(now, lines.now);
      setRings(was, lines.was);
      edge.setChains(lines.edges);
    },
    clear() {
      for (const path of [...now, ...was, edge]) path?.setChains([]);
    },
    paint(theme) {
      definitions.replaceChildren(...model.labels.flatMap((label, i) => (
        label.actors.length ? [wasPattern(`${prefix}-${i}`, partyColors(theme, label), theme.paper)] : [])));
      now.forEach((path, i) => path?.setStyle({
        fillColor: model.labels[i].status === "contested" ? `url(#${hatches.idOf(i)})` : partyColors(theme, model.labels[i])[0],
      }));
      was.forEach((path, i) => path?.setStyle({ fillColor: `url(#${prefix}-${i})` }));
    },
  };
}

// --- beside the map -------------------------------------------------------------------------

/** The name of a party: an actor's own, or what is contested or unknown. */
function partyName(model, { status, actor }) {
  return status === "held" ? named(model.actors[actor].name) : t(`compare.${status}`);
}

function partyLabel(model, { status, actor }) {
  if (status === "held") return { status, actors: [actor] };
  const parties = model.labels.filter((label) => label.status === status).flatMap(({ actors }) => actors);
  return { status, actors: [...new Set(parties)] };
}

/** A number with its sign; what rounds to nothing is 0. */
function signedKm2(km2) {
  const whole = Math.round(km2);
  return whole === 0 ? "0" : `${whole > 0 ? "+" : "−"}${formatNumber(Math.abs(whole))}`;
}

/** Who gained and lost how much; parties without any change are left out. */
function gainsTable(model, theme, rows, caption) {
  const number = (className, text) => el("td", { class: `gf-number ${className}` }, el("bdi", { dir: "ltr" }, text));
  const heading = (key) => el("th", { scope: "col", class: "gf-number" }, t(key));
  const lines = rows.filter(({ gained, lost }) => gained || lost).map(({ party, gained, lost, net }) => (
    el("tr", { "data-key": party.key },
      el("th", { scope: "row" }, swatch(theme, partyLabel(model, party)), partyName(model, party)),
      number("gf-gain", formatNumber(Math.round(gained))),
      number("gf-loss", formatNumber(Math.round(lost))),
      number("gf-net", signedKm2(net)))));
  return el("table", { class: "gf-areas gf-gains" },
    el("caption", { class: "gf-spoken" }, caption),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("compare.party")),
      heading("compare.gained"), heading("compare.lost"), heading("compare.net"))),
    el("tbody", {}, lines));
}

/** From whom to whom, the most first. */
function exchangesTable(model, theme, exchanges) {
  const party = (one) => el("td", {}, swatch(theme, partyLabel(model, one)), partyName(model, one));
  const lines = exchanges.map(({ from, to, km2 }) => el("tr", { "data-from": from.key, "data-to": to.key },
    party(from), party(to), el("td", { class: "gf-number gf-km2" }, formatKm2(km2))));
  const heading = (key, className = null) => el("th", { scope: "col", class: className }, t(key));
  return el("table", { class: "gf-areas gf-exchanges" },
    el("caption", { class: "gf-spoken" }, t("compare.exchanges")),
    el("thead", {}, el("tr", {}, heading("compare.from"), heading("compare.to"), heading("unit.km2", "gf-number"))),
    el("tbody", {}, lines));
}

/** Places with the status before and after; of many the foremost, the others on demand. */
function placeChangeList(model, theme, changes, choose) {
  const status = (label) => [swatch(theme, model.labels[label]), statusText(model, model.labels[label])];
  const item = ({ place, before, after }) => el("li", { "data-place": place.id },
    button(t("compare.show_place", { place: placeName(place) }), "gf-link", () => choose(place.index), placeName(place)),
    el("span", { class: "gf-turn" }, el("span", {}, status(before)),
      el("span", { class: "gf-arrow", role: "img", "aria-label": t("compare.then") }), el("span", {}, status(after))));
  return inPortions(el("ul", { class: "gf-moved" }), changes, MOVED_PLACES_AT_ONCE, item);
}

/** What the signs of a comparison mean; the colours are those of the two parties that exchanged most. */
function compareSigns(model, theme, exchanges) {
  const between = exchanges.find(({ from, to }) => from.status === "held" && to.status === "held");
  const [from, to] = between ? [theme.actors[between.from.actor], theme.actors[between.to.actor]] : [theme.muted, theme.ink];
  const lines = `repeating-linear-gradient(45deg, ${theme.paper} 0 1px, ${from} 1px 3px, ${theme.paper} 3px 4px, ${to} 4px 8px)`;
  const sign = (className, background, key) => el("li", {},
    el("span", { class: `gf-sample-ground ${className}`, style: { background }, "aria-hidden": "true" }), t(key));
  return el("ul", { class: "gf-signs gf-compare-signs" },
    sign("gf-sample-gained", lines, "compare.sign_changed"),
    sign("gf-sample-pale", to, "compare.sign_same"));
}

/** The panel of the comparison: the other day, what was gained and lost, the places that changed. */
function createComparePanel(model, settings, choose) {
  const iso = (day) => isoOf(model.firstDay + day);
  const field = el("input", {
    type: "date", class: "gf-other-day", min: iso(0), max: iso(model.days - 1), required: true,
    on: { change: () => pick(dayNumber(field.value) - model.firstDay) },
  });
  const pick = (day) => {
    if (day >= 0 && day < model.days) settings.set("compare", day);
  };
  const jump = (key, day) => button(t(key), "gf-link", () => pick(day()), t(key));
  let shownDay = 0;
  const body = el("div", { class: "gf-body" });
  const heading = el("h2");
  const element = el("section", { class: "gf-section gf-compare", hidden: true },
    button(t("compare.close"), "gf-button gf-close", () => settings.set("compare", null), "×"),
    heading,
    el("p", { class: "gf-other" }, el("label", {}, el("span", {}, t("compare.other_day")), field)),
    el("p", { class: "gf-jumps" },
      jump("compare.first_day", () => 0),
      jump("compare.week_before", () => Math.max(0, shownDay - 7)),
      jump("compare.month_before", () => Math.max(0, shownDay - 30))),
    body);
  return {
    element,
    focus: () => field.focus(),
    show(theme, other, day, found) {
      element.hidden = !found;
      if (!found) return;
      const { ground, places } = found;
      const [from, to] = [other, day].map((number) => longDate(model.firstDay + number));
      const span = t("compare.span", { from, to });
      shownDay = day;
      heading.textContent = span;
      if (document.activeElement !== field) field.value = iso(other);
      const { rows, exchanges } = ground;
      keepingFocus(body, () => body.replaceChildren(...(exchanges.length ? [
        compareSigns(model, theme, exchanges),
        gainsTable(model, theme, rows, span),
        el("h3", {}, t("compare.exchanges")),
        exchangesTable(model, theme, exchanges),
      ] : [el("p", { class: "gf-quiet" }, t("compare.nothing"))]),
      el("h3", {}, t("compare.places", { count: formatNumber(places.length) })),
      ...(places.length ? placeChangeList(model, theme, places, choose) : [])));
    },
  };
}

// --- both -----------------------------------------------------------------------------------

/**
 * The comparison of the day shown with `other`, the number of a day or null. The layer is made when
 * it is first asked for, since most readers never do.
 */
function createComparison(map, model, root, hatches, theme) {
  const status = createStatus(model);
  let layer = null;
  let drawn = null;
  let found = null;
  const paint = () => layer?.paint(theme());
  const changedGround = () => {
    if (!layer) {
      layer = createChangedGround(map, model, root, hatches);
      paint();
    }
    return layer;
  };
  const isDrawn = (before, after) => drawn && [[drawn.before, before], [drawn.after, after]]
    .every(([had, has]) => had.every((label, piece) => label === has[piece]));
  return {
    /** Draw what changed from `other` to the day of `now`; returns the lines of the areas and fronts to draw as usual. */
    draw(other, now) {
      root.classList.toggle("gf-comparing", other !== null);
      if (other === null) {
        if (drawn) layer.clear();
        [drawn, found] = [null, null];
        const lines = linesOf(model, now.patchLabels);
        return { areas: lines, fronts: lines };
      }
      status.goTo(other);
      const [before, after] = [status.patchLabels, now.patchLabels];
      if (!isDrawn(before, after)) {
        drawn = { before: [...before], after: [...after], lines: linesOfDifference(model, before, after) };
        changedGround().draw(drawn.lines);
      }
      found = { ground: groundDifference(model, before, after), places: placeDifferences(model, status.labels, now.labels) };
      return drawn.lines;
    },
    paint,
    /** What the last drawing found: `{ground, places}`, or null. */
    found: () => found,
    /** The same in names, for scripts. */
    figures: () => found && {
      parties: found.ground.rows.map(({ party, ...km2 }) => ({ status: party.status, actor: party.actor === null ? null : party.key, ...km2 })),
      exchanges: found.ground.exchanges.map(({ from, to, km2 }) => ({ from: from.key, to: to.key, km2 })),
      places: found.places.map(({ place }) => place.id),
    },
  };
}
