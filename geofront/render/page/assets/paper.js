// The page on paper: light, the map in the size of the sheet, everything unfolded.

/**
 * A copy to be printed in place of a canvas that was drawn anew just now: Chromium records the
 * drawing of such a one for the sheet, and puts white under it.
 */
function copyForPaper(canvas) {
  const copy = el("canvas", { class: "gf-copy", "aria-hidden": "true", width: canvas.width, height: canvas.height });
  copy.style.cssText = canvas.style.cssText;
  copy.getContext("2d").drawImage(canvas, 0, 0);
  canvas.style.display = "none";
  canvas.after(copy);
}

function removeCopy(copy) {
  copy.previousSibling.style.removeProperty("display");
  copy.remove();
}

/** Make ready for paper when the browser prints, and as before when it has; `repaint` draws anew. */
function createPaper(map, frame, settings, repaint) {
  let before = null;
  const begin = () => {
    const folded = [...frame.root.querySelectorAll(".gf-legend details:not([open])")];
    before = { center: map.getCenter(), zoom: map.getZoom(), least: map.getMinZoom(), folded };
    const view = map.getBounds();
    for (const part of folded) part.open = true;
    frame.root.querySelector(".gf-more-events")?.click();
    frame.root.dataset.theme = "light";
    frame.root.classList.add("gf-paper");
    map.invalidateSize({ animate: false });
    // The sheet has another shape than the screen: no ground that was in sight may be cut off.
    map.setMinZoom(0);
    map.fitBounds(view, { animate: false });
    repaint();
    frame.container.querySelectorAll("canvas").forEach(copyForPaper);
  };
  const end = () => {
    for (const part of before.folded) part.open = false;
    frame.container.querySelectorAll(".gf-copy").forEach(removeCopy);
    frame.root.classList.remove("gf-paper");
    dress(frame, settings);
    map.invalidateSize({ animate: false });
    map.setView(before.center, before.zoom, { animate: false });
    map.setMinZoom(before.least);
    before = null;
    repaint();
  };
  const turn = (onPaper) => {
    if (onPaper && !before && !frame.root.hidden) begin();
    else if (!onPaper && before) end();
  };
  // The event comes before the sheet is laid out, but not where only the medium is asked for.
  window.addEventListener("beforeprint", () => turn(true));
  window.addEventListener("afterprint", () => turn(false));
  window.matchMedia("print").addEventListener("change", ({ matches }) => turn(matches));
}
