// Colours: the actors' own, shifted only where they would vanish against the paper.

const MIN_CONTRAST = 2.6;

/** A colour of the style sheet's variables, as the browser resolves it for `element`. */
function cssColor(element, variable) {
  return getComputedStyle(element).getPropertyValue(variable).trim();
}

function channelsOf(hex) {
  const [, digits] = /^#([0-9a-f]{6})$/i.exec(hex) ?? [null, "888888"];
  return [0, 2, 4].map((i) => parseInt(digits.slice(i, i + 2), 16));
}

function hexOf(channels) {
  return `#${channels.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(channels) {
  const [r, g, b] = channels.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour, mixed towards ink until it can be told from the paper. */
function visibleColor(color, paper, ink) {
  const own = channelsOf(color);
  const mixed = (share) => own.map((c, i) => c + (channelsOf(ink)[i] - c) * share);
  let share = 0;
  while (share < 1 && contrast(mixed(share), channelsOf(paper)) < MIN_CONTRAST) share += 0.05;
  return hexOf(mixed(share));
}

const PALE = 0.8;

/** The colours in use: paper, ink, and one per actor, in the palette that the reader chose. */
function readTheme(root, model, palette = "customary") {
  const paper = cssColor(root, "--paper");
  const ink = cssColor(root, "--ink");
  return {
    paper,
    ink,
    muted: cssColor(root, "--muted"),
    actors: model.actors.map(({ color, safe }) => visibleColor(palette === "safe" ? safe : color, paper, ink)),
  };
}

/** The same for the map, where actors that the reader muted are pale. */
function mapThemeOf(theme, model, muted = []) {
  if (!muted.length) return theme;
  const paper = channelsOf(theme.paper);
  const pale = (color) => hexOf(channelsOf(color).map((c, i) => c + (paper[i] - c) * PALE));
  return { ...theme, actors: theme.actors.map((color, i) => (muted.includes(model.actors[i].id) ? pale(color) : color)) };
}

/** The colours of a label's parties; none for unknown. */
function partyColors(theme, label) {
  return label.actors.map((actor) => theme.actors[actor]);
}
