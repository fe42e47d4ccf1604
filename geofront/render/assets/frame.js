// The frame of the page: its elements around Leaflet's map.

/** The elements of the page, with Leaflet's map in their middle. */
function buildFrame(map, model, actions) {
  const container = map.getContainer();
  container.setAttribute("role", "region");
  const date = el("time", { class: "gf-date" });
  const place = section("gf-place", "");
  const areas = section("gf-legend", "Who holds what");
  const events = section("gf-day", "Statements of the day");
  const spoken = el("p", { class: "gf-spoken", "aria-live": "polite" });
  const timebar = createTimebar(model, actions.go);
  place.element.prepend(button("Close", "gf-button gf-close", () => actions.choose(null), "×"));
  place.element.hidden = true;
  areas.element.append(signs(model));
  const slot = el("div", { class: "gf-map" });
  const side = el("aside", { class: "gf-side", "aria-label": "Day and place" },
    createFinder(model, actions.choose), place.element, areas.element, events.element);
  const root = el("div", { class: "gf", lang: "en" },
    el("header", { class: "gf-head" }, el("h1", {}, model.title), el("p", { class: "gf-when-now" }, date)),
    slot, timebar.element, side, createFooter(model), spoken);
  container.replaceWith(root);
  slot.append(container);
  return { root, container, date, place, areas, events, side, spoken, timebar };
}
