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
  retraction: "Retraction",
};

// "A ... it from B": what an actor did, and how the other party is joined on; "{}" where that one
// stands elsewhere than at the end.
const DEEDS = {
  capture: ["captured it", "from"],
  withdrawal: ["withdrew from it", "facing"],
  handover: ["took it over without a fight", "from"],
  hold: ["held it", "against"],
  repelled: ["repelled an attack on it", "by"],
  contest: ["fought inside it", "against"],
  siege: ["besieged it", "with {} inside"],
  siege_lifted: ["no longer besieged it", "with {} inside"],
  clash: ["fought near it", "against"],
  strike: ["struck it", "against"],
  raid: ["raided it", "against"],
  ceasefire: ["ceased fire there", "with"],
  movement: ["moved there", "against"],
  retraction: ["took back what was said of it", "about"],
};

// The same of kinds that may name nobody who did it.
const DEEDS_OF_NO_ONE = {
  repelled: ["an attack on it failed", "which was made by"],
  contest: ["there was fighting inside it", "with"],
  siege_lifted: ["the siege was lifted", "with {} inside"],
  clash: ["there was fighting near it", "with"],
  strike: ["it was struck", "against"],
  raid: ["it was raided", "against"],
  ceasefire: ["a ceasefire held there", "with"],
  movement: ["forces moved there", "against"],
  retraction: ["what was said of it was taken back", "about"],
};

const FEATURE_WORDS = {
  PPL: "populated place", PPLA: "seat of a governorate", PPLA2: "seat of a district",
  PPLA3: "seat of a subdistrict", PPLC: "capital", PPLX: "part of a populated place",
  PPLS: "populated places", AIRB: "airbase", AIRF: "airfield", AIRP: "airport", MILB: "military base",
  OILF: "oil field", GASF: "gas field", HLL: "hill", HLLS: "hills", MT: "mountain", MTS: "mountains",
  RDJCT: "road junction", RD: "road", DAM: "dam", CSTL: "castle", RUIN: "ruin", PSTP: "post",
  PMPO: "pumping station", SHSE: "storehouse", MNQR: "quarry", WAD: "wadi", DSRT: "desert",
  OCH: "orchards", AREA: "area", GOSP: "gas and oil separator", AGRF: "agricultural facility", PRN: "prison",
  ADM1: "governorate", PCLI: "country", SCHM: "military school", BRKS: "barracks", PS: "power station",
  INDS: "industrial area", PSTB: "border post", BLDG: "building", RDCR: "roundabout", MFG: "factory",
  RSTN: "railway station", HSP: "hospital", SILO: "silo", PAL: "palace", LK: "lake", BDG: "bridge",
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

/** "held by A", "contested between A and B", or `unknown`. */
function statusWords(model, label, unknown = "of unknown status") {
  if (label.status === "held") return `held by ${actorNames(model, label.actors)}`;
  if (label.status === "contested" && label.actors.length === 1) {
    return `contested by ${actorNames(model, label.actors)} against a party that is not named`;
  }
  if (label.status === "contested") return `contested between ${actorNames(model, label.actors)}`;
  return unknown;
}

/** "Held by A", "Contested between A and B", "Unknown". */
function statusText(model, label) {
  const words = statusWords(model, label, "unknown");
  return words[0].toUpperCase() + words.slice(1);
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
