// Charts under the map: km² of each party, front length and pockets over time.

const SLIDER_END_PX = 9;
const CHART_LINES_AT_MOST = 6;
const CHART_OPEN_FROM = { width: 1100, height: 780 };
const CHART_ROWS_AT_ONCE = 200;

/** What the charts show: `[{key, unit, stacked, rows(): [{name, swatch, values}]}]`; those without data are left out. */
function chartsOf(model) {
  const chart = (key, unit, stacked, has, rows) => ({ key, unit, stacked, has, rows: once(rows) });
  const pockets = () => pocketFigures(model).map(({ actor, values }) => ({ party: { status: "held", actor }, values }));
  return [
    chart("area", "unit.km2", true, model.areasKm2.some((km2) => km2 > 0), () => areaFigures(model)),
    chart("front", "chart.km", false, model.frontKm.length, () => frontFigures(model)),
    chart("pockets", "unit.km2", true, model.pocketStates.length, pockets),
  ].filter(({ has }) => has);
}

function chartRowName(model, { party, actors }) {
  if (party) return partyName(model, party);
  const [one, other] = actors.map((actor) => named(model.actors[actor].name));
  return t("chart.pair", { one, other });
}

function chartRowSwatch(model, theme, { party, actors }) {
  if (party) return swatch(theme, partyLabel(model, party));
  const part = swatch(theme, { status: "contested", actors });
  part.classList.add("gf-swatch-line");
  return part;
}

// --- drawing --------------------------------------------------------------------------------

/** `x y` pairs of a step line: each day's value holds for half a day on either side. */
function stepPoints(values) {
  const last = values.length - 1;
  const points = [[0, values[0]]];
  for (let day = 1; day <= last; day += 1) {
    if (values[day] !== values[day - 1]) points.push([day - 0.5, values[day - 1]], [day - 0.5, values[day]]);
  }
  points.push([Math.max(last, 1), values[last]]);
  return points;
}

function pathOf(points, most) {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x} ${(1 - y / most).toFixed(5)}`).join("");
}

/** Bands one upon the other. */
function stackedBands(model, theme, rows, most, hatchId) {
  const base = new Float64Array(model.days);
  return rows.map(({ party, values }) => {
    const top = base.map((low, day) => low + values[day]);
    const outline = `${pathOf(stepPoints(top), most)}${pathOf(stepPoints(base).reverse(), most).replace("M", "L")}Z`;
    base.set(top);
    const fill = { held: theme.actors[party.actor], contested: `url(#${hatchId})`, unknown: "none" }[party.status];
    return svgElement("path", { d: outline, class: `gf-band gf-band-${party.status}`, fill });
  });
}

/** A line for each front, in turns in the colours of its two actors. */
function frontPaths(theme, rows, most) {
  return rows.slice(0, CHART_LINES_AT_MOST).flatMap(({ actors, values }) => {
    const d = pathOf(stepPoints(values), most);
    return actors.map((actor, i) => svgElement("path", {
      d, class: `gf-chart-line${i ? " gf-chart-line-other" : ""}`, stroke: theme.actors[actor],
    }));
  });
}

/** Stripes for what is contested, in the colours of all who ever contest ground. */
function chartHatch(model, theme, id) {
  const { actors } = partyLabel(model, { status: "contested" });
  return hatchPattern(id, actors.map((actor) => theme.actors[actor]));
}

/** Undo for a pattern what the chart's viewBox stretches: stripes are as wide over three days as over a year. */
function unstretch(pattern, days, { width, height }) {
  if (width && height) pattern.setAttribute("patternTransform", `scale(${days / width} ${1 / height}) rotate(45)`);
}

function mostOf({ stacked, rows }, days) {
  const most = stacked ? totalOf(rows(), days) : rows().map(({ values }) => Math.max(...values));
  return Math.max(...most) * (stacked ? 1 : 1.08) || 1;
}

/** Horizontal lines at round values: `[{value, share}]`, share from below. */
function chartTicks(most) {
  const step = roundStep(most / 2.2);
  return [1, 2, 3].map((i) => i * step).filter((value) => value < most * 0.97)
    .map((value) => ({ value, share: value / most }));
}

// --- the parts ------------------------------------------------------------------------------

/**
 * The charts, folded on small pages. `go(day)` is called for a click; `track` is the element whose
 * ends the first and last day stand under; `prefix` begins ids; `kept`, what the reader chose before
 * the charts were made anew in another language.
 */
function createCharts(model, go, track, prefix, kept = {}) {
  const charts = chartsOf(model);
  const hatchId = `${prefix}-chart-hatch`;
  let chosen = charts.find(({ key }) => key === kept.key) ?? charts[0];
  let now = { day: 0, other: null, theme: null };
  const plot = el("div", { class: "gf-plot", dir: "ltr" });
  const marker = el("span", { class: "gf-now" });
  const otherMarker = el("span", { class: "gf-now gf-then", hidden: true });
  const tip = el("div", { class: "gf-chart-tip", dir: currentLanguage().direction, hidden: true });
  const drawing = svgElement("svg", { class: "gf-chart", preserveAspectRatio: "none", role: "img" });
  const ticks = el("div", { class: "gf-chart-ticks", "aria-hidden": "true" });
  plot.append(drawing, ticks, otherMarker, marker, tip);
  const tabs = charts.map((chart) => el("button", {
    type: "button", class: "gf-tab", on: { click: () => choose(chart) },
  }, t(`chart.${chart.key}`)));
  const table = button(t("chart.table"), "gf-tab gf-chart-table-open", () => openTable(model, charts, chosen), t("chart.table"));
  const body = el("div", { class: "gf-stats-body" },
    el("div", { class: "gf-tabs" }, el("div", { class: "gf-tab-group", role: "group", "aria-label": t("chart.choice") }, tabs), table), plot);
  const opener = el("button", { type: "button", class: "gf-link gf-stats-open", on: { click: () => fold(kept.folded = !body.hidden) } }, t("chart.title"));
  const element = el("section", { class: "gf-stats", "aria-label": t("chart.title"), hidden: !charts.length }, opener, body);

  const daysWide = Math.max(1, model.days - 1);
  const share = (day) => (model.days > 1 ? day / (model.days - 1) : 0);
  const dayUnder = ({ clientX }) => Math.max(0, Math.min(model.days - 1, dayAt(model, drawing.getBoundingClientRect(), clientX)));

  function fold(folded) {
    body.hidden = folded;
    opener.setAttribute("aria-expanded", String(!folded));
    element.classList.toggle("gf-folded", folded);
    if (!folded) draw();
  }

  function choose(chart) {
    chosen = chart;
    kept.key = chart.key;
    draw();
  }

  function draw() {
    tabs.forEach((tab, i) => tab.setAttribute("aria-pressed", String(charts[i] === chosen)));
    if (chosen) drawing.setAttribute("aria-label", summary());
    if (body.hidden || !now.theme || !chosen) return;
    align();
    const most = mostOf(chosen, model.days);
    const lines = chartTicks(most);
    drawing.setAttribute("viewBox", `0 0 ${daysWide} 1`);
    const definitions = svgElement("defs");
    const hatch = chartHatch(model, now.theme, hatchId);
    unstretch(hatch, daysWide, drawing.getBoundingClientRect());
    definitions.append(hatch);
    drawing.replaceChildren(
      definitions,
      svgElement("rect", { width: daysWide, height: 1, class: "gf-chart-ground" }),
      ...(chosen.stacked ? stackedBands(model, now.theme, chosen.rows(), most, hatchId) : frontPaths(now.theme, chosen.rows(), most)));
    ticks.replaceChildren(...lines.map(({ value, share: height }) => el("span", { class: "gf-chart-tick", style: { bottom: `${100 * height}%` } },
      `${formatNumber(value)} ${t(chosen.unit)}`)));
  }

  /** What a reader who does not see the chart is told. */
  function summary() {
    return t("chart.summary", {
      chart: t(`chart.${chosen.key}`), from: longDate(model.firstDay), to: longDate(model.firstDay + model.days - 1), button: t("chart.table"),
    });
  }

  /** Put the first and the last day under those of the slider. */
  function align() {
    Object.assign(plot.style, { marginLeft: 0, marginRight: 0 });
    const [inner, outer] = [track.getBoundingClientRect(), plot.getBoundingClientRect()];
    if (!inner.width || !outer.width) return;
    plot.style.marginLeft = `${inner.left - outer.left + SLIDER_END_PX}px`;
    plot.style.marginRight = `${outer.right - inner.right + SLIDER_END_PX}px`;
    const hatch = drawing.querySelector("pattern");
    if (hatch) unstretch(hatch, daysWide, drawing.getBoundingClientRect());
  }

  function showTip(event) {
    const day = dayUnder(event);
    const rows = chosen.rows().filter(({ values }) => values[day] > 0).slice(0, 8).map((row) => el("div", { class: "gf-chart-value" },
      chartRowSwatch(model, now.theme, row), el("span", {}, chartRowName(model, row)),
      el("span", { class: "gf-number" }, `${formatNumber(Math.round(row.values[day]))} ${t(chosen.unit)}`)));
    tip.replaceChildren(el("strong", {}, longDate(model.firstDay + day)), ...rows);
    tip.hidden = false;
    tip.style.left = `${100 * share(day)}%`;
    tip.classList.toggle("gf-chart-tip-left", share(day) > 0.5);
  }

  drawing.addEventListener("click", (event) => go(dayUnder(event)));
  drawing.addEventListener("pointermove", showTip);
  drawing.addEventListener("pointerleave", () => { tip.hidden = true; });
  new ResizeObserver(align).observe(track);
  fold(kept.folded ?? (window.innerWidth < CHART_OPEN_FROM.width || window.innerHeight < CHART_OPEN_FROM.height));
  return {
    element,
    /** Mark the day shown and the one it is compared with, and draw anew if the colours changed. */
    show(day, other, theme) {
      const repainted = theme !== now.theme;
      now = { day, other, theme };
      if (repainted && drawing.firstChild) draw();
      else if (repainted) whenIdle(draw);
      marker.style.left = `${100 * share(day)}%`;
      otherMarker.hidden = other === null;
      otherMarker.style.left = `${100 * share(other ?? 0)}%`;
    },
    figures: () => charts.map(({ key, rows }) => ({
      key, rows: rows().map((row) => ({ name: plain(chartRowName(model, row)), values: [...row.values] })),
    })),
  };
}

// --- as a table -----------------------------------------------------------------------------

/** The values of all charts to a tenth, a row a day: first the heading. */
function figureRows(model, charts) {
  const columns = charts.flatMap(({ key, unit, rows }) => rows().map((row) => ({
    title: plain(t("chart.column", { chart: t(`chart.${key}`), name: chartRowName(model, row), unit: t(unit) })), values: row.values,
  })));
  const dayRow = (_, day) => [isoOf(model.firstDay + day), ...columns.map(({ values }) => Math.round(values[day] * 10) / 10)];
  return [[t("chart.day"), ...columns.map(({ title }) => title)], ...Array.from({ length: model.days }, dayRow)];
}

function csvLink(model, charts) {
  const link = el("a", { class: "gf-csv", download: `${slugOf(model.title) || "figures"}.csv` }, t("chart.csv"));
  // Made when it is asked for: the text of a long span is large.
  link.href = "#";
  link.addEventListener("click", () => {
    const address = URL.createObjectURL(new Blob([csvOf(figureRows(model, charts))], { type: "text/csv" }));
    link.href = address;
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
  return link;
}

/** A window with the values of a chart on the days on which they changed, and all as a file. */
function openTable(model, charts, chosen) {
  const days = daysOfChange(chosen.rows(), model.days);
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const line = (day) => el("tr", {}, el("th", { scope: "row" }, isoOf(model.firstDay + day)),
    chosen.rows().map(({ values }) => el("td", { class: "gf-number" }, formatNumber(values[day], digits))));
  const [body, more] = inPortions(el("tbody"), days, CHART_ROWS_AT_ONCE, line);
  const title = t("chart.in_unit", { chart: t(`chart.${chosen.key}`), unit: t(chosen.unit) });
  const dialog = el("dialog", { class: "gf-about gf-figures", "aria-label": title },
    el("h2", {}, title),
    el("p", { class: "gf-details" }, t("chart.table_note")),
    el("div", { class: "gf-scroll", tabindex: "0", role: "region", "aria-label": title },
      el("table", { class: "gf-areas" },
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("chart.day")),
          chosen.rows().map((row) => el("th", { scope: "col", class: "gf-number" }, chartRowName(model, row))))), body), more),
    el("form", { method: "dialog" }, csvLink(model, charts), el("button", { class: "gf-button gf-close-about" }, t("frame.close"))));
  dialog.addEventListener("close", () => dialog.remove());
  document.querySelector(".gf").append(dialog);
  dialog.showModal();
}
