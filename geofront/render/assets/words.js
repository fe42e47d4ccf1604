// The page's words: what kinds, standings and statuses are called.

const KIND_WORDS = {
  capture: "Capture",
  withdrawal: "Withdrawal",
  handover: "Handover",
  hold: "Observation",
  repelled: "Attack repelled",
  contest: "Fighting inside",
  siege: "Siege",
  siege_lifted: "Siege lifted",
  clash: "Clash",
  strike: "Strike",
  raid: "Raid",
  ceasefire: "Ceasefire",
  movement: "Movement",
};

const FEATURE_WORDS = {
  PPL: "populated place", PPLA: "seat of a governorate", PPLA2: "seat of a district",
  PPLA3: "seat of a subdistrict", PPLC: "capital", PPLX: "part of a populated place",
  PPLS: "populated places", AIRB: "airbase", AIRF: "airfield", AIRP: "airport", MILB: "military base",
  OILF: "oil field", GASF: "gas field", HLL: "hill", HLLS: "hills", MT: "mountain", MTS: "mountains",
  RDJCT: "road junction", RD: "road", DAM: "dam", CSTL: "castle", RUIN: "ruin", PSTP: "post",
  PMPO: "pumping station", SHSE: "storehouse", MNQR: "quarry", WAD: "wadi", DSRT: "desert",
  OCH: "orchards", AREA: "area",
};

const TAKEN_FROM = new Set(["capture", "handover", "withdrawal", "movement"]);

function kindWord(kind) {
  return KIND_WORDS[kind] ?? kind;
}

function featureWord(place) {
  return FEATURE_WORDS[place.feature] ?? place.feature;
}

/** Names of actors by their indices: "A and B". */
function actorNames(model, indices) {
  return listed(indices.map((index) => model.actors[index].name));
}

/** "Held by A", "Contested between A and B", "Unknown". */
function statusText(model, label) {
  if (label.status === "held") return `Held by ${actorNames(model, label.actors)}`;
  if (label.status === "contested") return `Contested between ${actorNames(model, label.actors)}`;
  return "Unknown";
}

/** Who did it to whom: "A, from B"; of a repelled attack "A, against B". */
function partiesText(model, event) {
  const who = actorNames(model, event.actors);
  if (!event.from.length) return who;
  const others = actorNames(model, event.from);
  const word = TAKEN_FROM.has(event.kind) ? "from" : "against";
  return who ? `${who}, ${word} ${others}` : others;
}

/** "Capture of Jazal by A, from B" in few words, for tooltips. */
function eventText(model, event) {
  const parties = partiesText(model, event);
  return parties ? `${kindWord(event.kind)}: ${parties}` : kindWord(event.kind);
}

/** "Title (Publisher, 12 Dec 2016)". */
function sourceText(source) {
  const origin = [source.publisher, source.published && writtenDate(source.published)].filter(Boolean);
  return origin.length ? `${source.title} (${origin.join(", ")})` : source.title;
}

/** "since 11 December 2016". */
function sinceText(model, state) {
  if (state.since === null) return "since before the first statement";
  return `since ${longDate(model.firstDay + state.since)}`;
}
