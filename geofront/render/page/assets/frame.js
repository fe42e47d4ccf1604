// The frame of the page: its parts around Leaflet's map, made anew when the language changes.

/** The parts that hold words, in the order of reading; the map stands after the head. */
const PARTS = {
  skip: createSkipLink,
  head: createHead,
  time: createUnderMap,
  side: createSide,
  foot: ({ model, actions }) => createFooter(model, actions),
};

/**
 * The elements of the page, with Leaflet's map in their middle.
 *
 * `part` holds what each function of `PARTS` made; the names most used stand on the frame itself.
 * All of these change with the language, so they are read where they are used, never kept.
 */
function buildFrame(map, model, actions, settings, models = [model]) {
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.tabIndex = 0;
  const slot = el("main", { class: "gf-map", id: `${container.id}-slot` });
  const spoken = el("p", { class: "gf-spoken", role: "status" });
  const root = el("div", { class: "gf" }, slot, spoken);
  const context = { map, model, actions, settings, models, chart: {} };
  const frame = { root, container, slot, spoken, part: {} };
  container.replaceWith(root);
  slot.append(container);
  dress(frame, settings);
  fill(frame, context);
  settings.subscribe(() => keepingFocus(root, () => fill(frame, context), "data-tool"), "language");
  settings.subscribe(() => dress(frame, settings), "theme");
  return frame;
}

/** Light or dark where the reader chose so; else the style sheet follows the system. */
function dress({ root }, settings) {
  const theme = settings.get("theme");
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
}

/** Make every part in the reader's language and put it in place of the one before. */
function fill(frame, context) {
  setLanguage(context.settings.get("language"));
  const { code, direction } = currentLanguage();
  document.documentElement.lang = code;
  Object.assign(frame.root, { lang: code, dir: direction });
  // Degrees north stay where they are: the map is never mirrored, only its words are.
  frame.slot.dir = "ltr";
  frame.timebar?.stop();
  for (const [name, create] of Object.entries(PARTS)) {
    const made = create(context);
    const before = frame.part[name]?.element;
    if (before) before.replaceWith(made.element);
    else if (name === "skip" || name === "head") frame.slot.before(made.element);
    else frame.spoken.before(made.element);
    frame.part[name] = made;
  }
  const { head, side, time } = frame.part;
  const { place, areas, events, compare, accounts } = side;
  Object.assign(frame, { date: head.date, timebar: time, charts: time.charts, side: side.element, place, areas, events, compare, accounts });
}

/** The bar of time, and the charts under it. */
function createUnderMap({ map, model, actions, settings, chart }) {
  const timebar = createTimebar(model, actions.go, settings);
  const track = timebar.element.querySelector(".gf-track");
  const charts = createCharts(model, actions.go, track, map.getContainer().id, chart);
  return { ...timebar, charts, element: el("div", { class: "gf-under" }, timebar.element, charts.element) };
}

function createSkipLink({ map }) {
  const target = map.getContainer();
  const skip = (event) => {
    event.preventDefault();
    target.focus();
  };
  const link = el("a", { class: "gf-skip", href: `#${target.id}`, on: { click: skip } }, t("frame.skip"));
  return { element: el("nav", { "aria-label": t("frame.skip") }, link) };
}

/** What is beside the map: the finder, the chosen place, who holds what, the day's statements. */
function createSide({ model, actions, settings, models }) {
  const place = section("gf-place", "");
  const areas = section("gf-legend", t("frame.legend"));
  const events = section("gf-day", t("frame.day"));
  place.element.append(button(t("frame.close"), "gf-button gf-close", () => actions.choose(null), "×"));
  place.element.hidden = true;
  areas.signs = createLayerSigns(model);
  areas.element.append(signs(model), areas.signs.element);
  const compare = createComparePanel(model, settings, actions.choose);
  const accounts = createAccountsPanel(models, settings, actions.choose);
  const element = el("aside", { class: "gf-side", "aria-label": t("frame.side") },
    createFinder(model, actions.choose), place.element, accounts.element, compare.element, areas.element, events.element);
  return { element, place, areas, events, compare, accounts };
}
