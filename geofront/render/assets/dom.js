// Building the page's elements. Text from the data only ever becomes a text node.

/** An element with attributes (`style` an object, `on` listeners) and children; null is skipped. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "style") {
    for (const [property, css] of Object.entries(value)) element.style.setProperty(property, css);
  } else if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

function button(label, className, onClick, ...children) {
  return el("button", {
    type: "button", class: className, "aria-label": label, title: label, on: { click: onClick },
  }, ...children);
}

/** Draw anew what holds the focus, and give the focus to the control of the same name. */
function keepingFocus(container, draw) {
  const { activeElement } = document;
  const name = container.contains(activeElement) ? activeElement.getAttribute("aria-label") : null;
  draw();
  if (name === null) return;
  const same = [...container.querySelectorAll("[aria-label]")].find((e) => e.getAttribute("aria-label") === name);
  same?.focus({ preventScroll: true });
}

/** A link that opens apart, or the bare text where the address is not of the web. */
function webLink(url, text) {
  if (!/^https?:\/\//i.test(url)) return el("span", {}, text);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
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
  return Math.round(km2).toLocaleString("en-US");
}

function formatShare(share) {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  return `${percent.toFixed(1)} %`;
}

/** "A", "A and B", "A, B and C". */
function listed(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
