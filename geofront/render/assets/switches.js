// What the reader may switch: layers, sides, colours, names. The header's button opens it.

/** The contents of the panel "Map settings": an element whose controls read and set the settings. */
function createSwitches(model, settings) {
  return el("div", { class: "gf-switches" });
}
