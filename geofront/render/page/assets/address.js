// The address: `#2016-12-22~2016-12-08/palmyra@2+1` is a day, the one it is compared with, the place
// chosen, the account shown and the one beside it; all but the day may be missing.

const HASH = /^#(\d{4}-\d{2}-\d{2})(?:~(\d{4}-\d{2}-\d{2}))?(?:\/([^@]+))?(?:@(\d+)(?:\+(\d+))?)?$/;

// What the reader types is read in a while; what is written meanwhile must not undo it.
let hashKnown = window.location.hash;

/** What the address asks for; NaN or null where it says nothing that the map knows. */
function readAddress(models) {
  hashKnown = window.location.hash;
  const [, iso, otherIso, id, account, beside] = HASH.exec(hashKnown) ?? [];
  const indexOf = (number) => (models[Number(number) - 1] ? Number(number) - 1 : null);
  const shown = indexOf(account) ?? 0;
  const model = models[shown];
  const dayOf = (text) => (text ? dayNumber(text) - model.firstDay : NaN);
  const other = dayOf(otherIso);
  const place = id ? indexOfPlace(model, decoded(id)) : NONE;
  const second = indexOf(beside);
  return {
    day: dayOf(iso),
    other: other >= 0 && other < model.days ? other : null,
    place: place === NONE ? null : place,
    account: shown,
    beside: second === shown ? null : second,
  };
}

/** The id that a part of the address stands for; as it is where somebody broke its escapes. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function writeAddress(model, { day, selected }, settings) {
  const iso = (number) => isoOf(model.firstDay + number);
  const [other, account, beside] = ["compare", "account", "beside"].map(settings.get);
  const parts = [
    `#${iso(day)}`,
    other === null ? "" : `~${iso(other)}`,
    selected === null ? "" : `/${encodeURIComponent(model.places[selected].id)}`,
    account || beside !== null ? `@${account + 1}` : "",
    beside === null ? "" : `+${beside + 1}`,
  ];
  const hash = parts.join("");
  if (window.location.hash !== hashKnown) return;
  if (hashKnown !== hash) window.history.replaceState(null, "", hash);
  hashKnown = window.location.hash;
}

function indexOfPlace(model, id) {
  return model.places.findIndex((place) => place.id === id);
}
