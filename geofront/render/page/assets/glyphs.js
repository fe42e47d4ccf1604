// The marks of places: a circle, larger for larger towns, or the sign of what else is there.

const GLYPH_LEAST_PX = 2.6;
const TOWN_SCALES = [0.82, 1, 1.25, 1.45];
const GLYPH_SCALE = 1.3;

/** Signs in a box from -1 to 1, a little beyond where they are thin, so that all look of one size. */
const GLYPHS = {
  air: {
    features: ["AIRB", "AIRF", "AIRP", "AIRH", "AIRQ"],
    path: "M0-1.4 .3-.4 1.4.35V.7L.3.35.25.95.65 1.3H-.65L-.25.95-.3.35-1.4.7V.35L-.3-.4Z",
  },
  oil: { features: ["OILF", "GASF", "GOSP", "OILP", "OILR", "OILW"], path: "M0-1.4C.5-.55 1-.15 1 .35A1 1 0 0 1-1 .35C-1-.15-.5-.55 0-1.4Z" },
  hill: { features: ["HLL", "HLLS", "MT", "MTS", "PK", "RDGE"], path: "M0-1.15 1.2.95H-1.2Z" },
  base: { features: ["MILB", "BRKS", "SCHM", "INSM", "FT", "PSTP", "PSTB", "PST"], path: "M-.95-.95H.95V.95H-.95Z" },
  dam: { features: ["DAM"], path: "M-1.35-.75H1.35L.85.75H-.85Z" },
  road: { features: ["RDJCT", "RD", "RDCR", "BDG"], path: "M-.38-1.2H.38V-.38H1.2V.38H.38V1.2H-.38V.38H-1.2V-.38H-.38Z" },
  site: {
    features: ["PS", "INDS", "MFG", "SILO", "SHSE", "PMPO", "PMPW", "MNQR", "BLDG", "HSP", "PRN", "RSTN", "PAL", "CSTL", "RUIN", "AGRF"],
    path: "M0-1.2 1.2 0 0 1.2-1.2 0Z",
  },
};
const GLYPH_OF = new Map(Object.entries(GLYPHS).flatMap(([name, { features }]) => features.map((code) => [code, name])));
const paths = new Map();

/** The sign of a place, or null for a town. */
function glyphName(place) {
  return GLYPH_OF.get(place.feature) ?? null;
}

function glyphPath(name) {
  if (!paths.has(name)) paths.set(name, new Path2D(GLYPHS[name].path));
  return paths.get(name);
}

/** How far the mark of a place reaches from its middle, where circles have that radius. */
function markRadius(place, radius) {
  if (radius < GLYPH_LEAST_PX) return radius;
  return radius * (glyphName(place) ? GLYPH_SCALE : TOWN_SCALES[place.size]);
}

/** The outline of a mark, as a path of the context's own pixels. */
function markPath({ place, x, y, reach }, grow = 0) {
  const outline = new Path2D();
  const name = glyphName(place);
  if (!name) outline.arc(x, y, reach + grow, 0, 2 * Math.PI);
  else outline.addPath(glyphPath(name), new DOMMatrix([(reach + grow) / 1.15, 0, 0, (reach + grow) / 1.15, x, y]));
  return outline;
}

/** A mark: in the colours of who holds the place, parted where several do; hollow where its position is an estimate. */
function drawMark(context, spot, colors, { theme, radius, estimated }) {
  context.fillStyle = theme.paper;
  context.fill(markPath(spot, 1.2));
  const known = colors.length ? colors : [theme.muted];
  const mark = markPath(colors.length ? spot : { ...spot, reach: 0.62 * spot.reach }, estimated ? -0.4 : 0);
  if (estimated) {
    context.strokeStyle = known[0];
    context.lineWidth = Math.max(1, radius / 2.6);
    context.stroke(mark);
  } else if (known.length === 1) {
    [context.fillStyle] = known;
    context.fill(mark);
  } else {
    context.save();
    context.clip(mark);
    drawParts(context, spot, 2 * spot.reach, known);
    context.restore();
  }
  if (spot.place.size === 3 && !glyphName(spot.place)) {
    context.fillStyle = theme.paper;
    circle(context, spot, 0.36 * spot.reach);
    context.fill();
  }
}

/**
 * Marks too small to tell signs apart: dots in the colour of the first holder, those of one colour
 * together, and the colours always in the same order; squares where they are too small to look round.
 */
function drawCrowd(context, spots, colorsOf, theme) {
  const groups = new Map([theme.paper, theme.muted, ...theme.actors].map((color) => [color, []]));
  for (const spot of spots) {
    const [color] = colorsOf(spot);
    groups.get(theme.paper).push([spot, spot.reach + 0.8]);
    groups.get(color ?? theme.muted).push([spot, color ? spot.reach : 0.62 * spot.reach]);
  }
  for (const [color, dots] of groups) {
    context.fillStyle = color;
    for (const [{ x, y, reach }, radius] of dots) {
      if (reach < SQUARE_BELOW_PX) {
        const side = SQUARE_SIDE * radius;
        context.fillRect(x - side / 2, y - side / 2, side, side);
      } else {
        // One by one: how smooth the edges of a path are depends on how much is in it.
        circle(context, { x, y }, radius);
        context.fill();
      }
    }
  }
}

/** The sign in a small drawing, for the legend. */
function glyphSample(name) {
  const drawing = svgElement("svg", { viewBox: "-1.6 -1.6 3.2 3.2", class: "gf-glyph-sample", "aria-hidden": "true" });
  drawing.append(svgElement("path", { d: GLYPHS[name].path }));
  return drawing;
}
