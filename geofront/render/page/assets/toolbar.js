// The head of the page: title, day, and the tools that change how the map is read.

const TOOL_ICONS = {
  compare: "M1.5 3h5.5v10H1.5zM3 4.5v7h2.5v-7zM9 3h5.5v10H9z",
  settings: "M8 1.8 15 5.5 8 9.2 1 5.5zM2.6 7.6 1 8.5l7 3.7 7-3.7-1.6-.9L8 10.5zM2.6 10.6l-1.6.9 7 3.7 7-3.7-1.6-.9L8 13.5z",
  system: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm0 1.6v9.8a4.9 4.9 0 0 1 0-9.8z",
  light: "M8 4.6a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8zM7.3 0h1.4v3H7.3zM7.3 13h1.4v3H7.3zM0 7.3h3v1.4H0zM13 7.3h3v1.4h-3zM2 3l1-1 2.1 2.1-1 1zM10.9 11.9l1-1L14 13l-1 1zM2 13l2.1-2.1 1 1L3 14zM10.9 4.1 13 2l1 1-2.1 2.1z",
  dark: "M6.2 1.6a6.5 6.5 0 1 0 8.2 8.2 5.6 5.6 0 0 1-8.2-8.2z",
  link: "M6.6 9.4a2.9 2.9 0 0 0 4.1 0l2.6-2.6a2.9 2.9 0 0 0-4.1-4.1L8 3.9l1 1 1.2-1.2a1.5 1.5 0 0 1 2.1 2.1L9.7 8.4a1.5 1.5 0 0 1-2.1 0zM9.4 6.6a2.9 2.9 0 0 0-4.1 0L2.7 9.2a2.9 2.9 0 0 0 4.1 4.1L8 12.1l-1-1-1.2 1.2a1.5 1.5 0 0 1-2.1-2.1l2.6-2.6a1.5 1.5 0 0 1 2.1 0z",
  about: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zm-.8 5.2h1.6v4.9H7.2zm0-2.4h1.6v1.6H7.2z",
  north: "M8 1l4.5 13L8 11.2 3.5 14z",
};
const THEME_ROUND = ["system", "light", "dark"];

/** Title, day and tools. */
function createHead(context) {
  const date = el("time", { class: "gf-date" });
  const tools = createTools(context);
  const element = el("header", { class: "gf-head" },
    el("h1", { dir: "auto" }, context.model.title), el("p", { class: "gf-when-now" }, date), tools);
  return { element, date };
}

function createTools({ model, actions, settings }) {
  return el("div", { class: "gf-tools", role: "group", "aria-label": t("tool.group") },
    actions.compare ? compareButton(actions, settings) : null,
    settingsButton(model, settings),
    actions.copyLink ? linkButton(actions) : null,
    themeButton(settings),
    tool("about", t("tool.help"), () => actions.showAbout(), icon(TOOL_ICONS.about)),
    languageButton(settings));
}

/** A button of the head, known by its name also when the language, and with it its words, changed. */
function tool(name, label, onClick, ...children) {
  const made = button(label, `gf-button gf-tool gf-tool-${name}`, onClick, ...children);
  made.dataset.tool = name;
  return made;
}

/** A word beside an icon, where there is room for it; the button's label says more. */
function toolWord(text) {
  return el("span", { class: "gf-tool-word", "aria-hidden": "true" }, text);
}

function compareButton(actions, settings) {
  const made = tool("compare", t("tool.compare_days"), () => actions.compare(), icon(TOOL_ICONS.compare), toolWord(t("tool.compare")));
  const paint = () => made.setAttribute("aria-pressed", String(settings.get("compare") !== null));
  settings.subscribe(paint, "compare");
  paint();
  return made;
}

/** The button and, under it, the panel of switches; Escape and leaving it by keyboard close it. */
function settingsButton(model, settings) {
  const label = t("tool.settings");
  const panel = el("div", { class: "gf-drop", role: "region", "aria-label": label, hidden: true });
  const opener = tool("settings", label, () => open(panel.hidden), icon(TOOL_ICONS.settings), toolWord(label));
  const closer = button(t("frame.close"), "gf-button gf-close", () => leave(), "×");
  const leave = () => {
    open(false);
    opener.focus();
  };
  const open = (wanted) => {
    if (wanted && !panel.firstChild) panel.append(closer, createSwitches(model, settings));
    panel.hidden = !wanted;
    opener.setAttribute("aria-expanded", String(wanted));
  };
  const holder = el("div", { class: "gf-dropper" }, opener, panel);
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    leave();
  });
  // The map needs to be seen while its layers are switched: only leaving the panel by keyboard closes it.
  holder.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !holder.contains(relatedTarget)) open(false);
  });
  open(false);
  return holder;
}

function linkButton(actions) {
  const word = toolWord(t("tool.link"));
  const copy = async () => {
    const text = t((await actions.copyLink()) ? "tool.link_copied" : "tool.link_refused");
    word.textContent = text;
    actions.say(text);
  };
  const made = tool("link", t("tool.link"), copy, icon(TOOL_ICONS.link), word);
  made.addEventListener("blur", () => { word.textContent = t("tool.link"); });
  return made;
}

/** Goes round: as the system, light, dark. */
function themeButton(settings) {
  const made = tool("theme", "", () => {
    const at = THEME_ROUND.indexOf(settings.get("theme"));
    settings.set("theme", THEME_ROUND[(at + 1) % THEME_ROUND.length]);
    paint();
  });
  const paint = () => {
    const theme = settings.get("theme");
    const label = t(`tool.theme_${theme}`);
    setAttribute(made, "aria-label", label);
    setAttribute(made, "title", label);
    made.replaceChildren(icon(TOOL_ICONS[theme]));
  };
  paint();
  return made;
}

/** One button: it names the other language, in that language. */
function languageButton(settings) {
  const codes = Object.keys(LANGUAGES);
  const other = codes[(codes.indexOf(currentLanguage().code) + 1) % codes.length];
  const { name } = LANGUAGES[other];
  const made = tool("language", name, () => settings.set("language", other), name);
  made.lang = other;
  return made;
}

/** Put a text on the clipboard; whether the browser allowed it. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByCommand(text);
  }
}

/** As before there was a clipboard to ask: pages from files may have none. */
function copiedByCommand(text) {
  const field = el("textarea", { class: "gf-spoken" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** The scale, its units in the reader's language, and an arrow to the north beside it. */
function createScale(map, settings) {
  const arrow = el("div", { class: "gf-north", role: "img" });
  const Scale = L.Control.Scale.extend({
    onAdd() {
      const box = L.Control.Scale.prototype.onAdd.call(this, map);
      // Leaflet underlines only the first child of the box; the style sheet puts the arrow before it.
      box.append(arrow);
      return box;
    },
    _updateMetric(most) {
      const metres = this._getRoundNum(most);
      const text = metres < 1000
        ? t("map.metres", { count: formatNumber(metres) }) : t("map.kilometres", { count: formatNumber(metres / 1000) });
      this._updateScale(this._mScale, text, metres / most);
    },
  });
  const scale = new Scale({ imperial: false, position: "bottomright", maxWidth: 140 }).addTo(map);
  const paint = () => {
    setAttribute(arrow, "aria-label", t("tool.north"));
    arrow.replaceChildren(el("span", { "aria-hidden": "true" }, t("tool.north_letter")), icon(TOOL_ICONS.north));
    scale._update();
  };
  settings.subscribe(paint, "language");
  paint();
}

/** Leaflet's zoom buttons in the reader's language. */
function nameZoomButtons(map, settings) {
  const paint = () => {
    for (const [name, key] of [["in", "tool.zoom_in"], ["out", "tool.zoom_out"]]) {
      const made = map.getContainer().querySelector(`.leaflet-control-zoom-${name}`);
      made?.setAttribute("aria-label", t(key));
      made?.setAttribute("title", t(key));
    }
  };
  settings.subscribe(paint, "language");
  paint();
}
