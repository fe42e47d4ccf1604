// What the reader chose: one object that the parts of the page read and listen to.

const STORE = "geofront";
/** The layers that can be switched, in the order in which the panel lists them. */
const LAYERS = ["areas", "fronts", "places", "names", "events", "claims", "pockets", "backdrop", "graticule"];

/**
 * The settings, their values at first and what they may be. Those of the reader hold for every map;
 * those of the map for this one. The others end with the visit: the address tells the day, place,
 * account and comparison, and a map that opened with a side muted would mislead.
 */
const SETTINGS = {
  language: { of: "reader", first: "en", allowed: (value) => value in LANGUAGES },
  theme: { of: "reader", first: "system", allowed: oneOf("system", "light", "dark") },
  palette: { of: "reader", first: "customary", allowed: oneOf("customary", "safe") },
  // "auto" follows the language.
  names: { of: "reader", first: "auto", allowed: oneOf("auto", "latin", "arabic", "both") },
  speed: { of: "reader", first: 1, allowed: oneOf(0.5, 1, 2, 4) },
  layers: { of: "map", first: Object.fromEntries(LAYERS.map((layer) => [layer, true])), allowed: areLayers },
  muted: { of: "visit", first: [], allowed: Array.isArray },
  account: { of: "visit", first: 0, allowed: Number.isInteger },
  beside: { of: "visit", first: null, allowed: (value) => value === null || Number.isInteger(value) },
  compare: { of: "visit", first: null, allowed: (value) => value === null || Number.isInteger(value) },
};

function oneOf(...values) {
  return (value) => values.includes(value);
}

function areLayers(value) {
  return Boolean(value) && LAYERS.every((layer) => typeof value[layer] === "boolean");
}

/**
 * The reader's choices: `get(name)`, `set(name, value)`, `subscribe(listener, ...names)`.
 *
 * A listener is told `(name, value, before)` of the settings named, or of all; `subscribe` returns
 * what ends it. Values are replaced, never changed in place. `defaults` hold where nothing is stored.
 * A value that is not allowed is an error in `set`, and passed over in the store.
 */
function createSettings(model, defaults = {}) {
  const keys = { reader: STORE, map: `${STORE}:${model.title}` };
  const values = {};
  for (const [name, { first }] of Object.entries(SETTINGS)) values[name] = first;
  Object.assign(values, allowedOnly(defaults), ...Object.entries(keys).map(([of, key]) => allowedOnly(stored(key), of)));
  const listeners = new Set();
  return {
    get: (name) => values[name],
    set(name, value) {
      if (!SETTINGS[name]?.allowed(value)) throw new Error(`${name} can't be ${JSON.stringify(value)}`);
      const before = values[name];
      if (before === value) return;
      values[name] = value;
      const { of } = SETTINGS[name];
      if (of in keys) store(keys[of], { ...stored(keys[of]), [name]: value });
      for (const { listener, names } of [...listeners]) {
        if (!names.length || names.includes(name)) listener(name, value, before);
      }
    },
    subscribe(listener, ...names) {
      const entry = { listener, names };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}

function allowedOnly(values, of = null) {
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => (
    SETTINGS[name]?.allowed(value) && (of === null || SETTINGS[name].of === of)
  )));
}

// A page opened from a file, or in a frame, may be refused a store: then the choices last for the visit.

function stored(key) {
  try {
    const values = JSON.parse(window.localStorage.getItem(key));
    return values && typeof values === "object" ? values : {};
  } catch {
    return {};
  }
}

function store(key, values) {
  try {
    window.localStorage.setItem(key, JSON.stringify(values));
  } catch {
    // Not kept.
  }
}
