// Building the page's elements. Text from the data only ever becomes a text node.

/** An element with attributes (`style` an object, `on` listeners) and children; null is skipped. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined)
    .flatMap((child) => (typeof child === "string" ? textNodes(child) : [child])));
  return element;
}

/** The nodes of a text: marked names as `bdi`, marked English as such, all else as it is. */
function textNodes(text) {
  return text.split(MARKED).filter(Boolean).map((part) => {
    if (part.startsWith(MARKS.name)) return markedElement("bdi", {}, part);
    if (part.startsWith(MARKS.english)) return markedElement("span", { lang: "en", dir: "ltr" }, part);
    return part;
  });
}

function markedElement(tag, attributes, text) {
  const element = el(tag, attributes);
  element.textContent = plain(text);
  return element;
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "style") {
    for (const [property, css] of Object.entries(value)) element.style.setProperty(property, css);
  } else if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else {
    element.setAttribute(name, value === true ? "" : plain(value));
  }
}

function button(label, className, onClick, ...children) {
  return el("button", {
    type: "button", class: className, "aria-label": label, title: label, on: { click: onClick },
  }, ...children);
}

/**
 * Fill a list with what `make` makes of each item, of many the foremost: the list, and a button for
 * the others if there are any, whose text is that of a key.
 */
function inPortions(list, items, most, make, key = "compare.more", className = "gf-link") {
  const add = (some) => list.append(...some.map((item) => make(item)));
  add(items.slice(0, most));
  const rest = items.slice(most);
  if (!rest.length) return [list];
  const text = t(key, { count: formatNumber(rest.length) });
  const more = button(text, className, () => {
    more.remove();
    add(rest);
  }, text);
  return [list, more];
}

/** Draw anew what holds the focus, and give the focus to the control of the same name, or of the same `attribute`. */
function keepingFocus(container, draw, attribute = "aria-label") {
  const { activeElement } = document;
  const name = container.contains(activeElement) ? activeElement.getAttribute(attribute) : null;
  draw();
  if (name === null) return;
  const same = [...container.querySelectorAll(`[${attribute}]`)].find((e) => e.getAttribute(attribute) === name);
  same?.focus({ preventScroll: true });
}

/** A link that opens apart, or the bare text where the address is not of the web. */
function webLink(url, text) {
  if (!/^https?:\/\//i.test(url)) return el("span", {}, text);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

/** Do what the first picture can do without, once that is shown. */
function whenIdle(action) {
  if (window.requestIdleCallback) window.requestIdleCallback(action, { timeout: 500 });
  else setTimeout(action, 50);
}

/** An icon drawn from one path of a 16 by 16 box. */
function icon(path) {
  const drawing = svgElement("svg", { viewBox: "0 0 16 16", "aria-hidden": "true", class: "gf-icon" });
  drawing.append(svgElement("path", { d: path }));
  return drawing;
}

/** A small square in the colours of a label; stripes for contested, an outline for unknown. */
function swatch(theme, label) {
  const colors = partyColors(theme, label);
  const fill = colors.length > 1 ? stripes(colors) : colors[0] ?? "transparent";
  return el("span", { class: `gf-swatch gf-swatch-${label.status}`, style: { background: fill }, "aria-hidden": "true" });
}

function stripes(colors) {
  const width = 3;
  const stops = colors.map((color, i) => `${color} ${i * width}px ${(i + 1) * width}px`);
  return `repeating-linear-gradient(135deg, ${stops.join(", ")})`;
}

function formatKm2(km2) {
  return formatNumber(Math.round(km2));
}

function formatShare(share) {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return t("unit.percent_least");
  return t("unit.percent", { value: formatNumber(percent, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) });
}
