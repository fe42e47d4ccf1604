// The bar of time: the slider over a histogram of events, play and step buttons, marks of months.

const PLAY_ALL_MS = 60_000;
const PLAY_STEP_MS = { least: 70, most: 650 };
const SPEEDS = [0.5, 1, 2, 4];
const MARK_PX = 64;
const BAR_AT_MOST = 0.03;
const MOST_BARS = 300;
const ICONS = {
  play: "M4 2.5v11l9-5.5z",
  pause: "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
  back: "M11 2.5v11L4.5 8z",
  forward: "M5 2.5v11L11.5 8z",
};

/**
 * The bar; `go(day)` is called when the reader chooses a day.
 *
 * Time runs from left to right in every language: so it does on charts and players that Arabic
 * readers know too, and the arrow keys and the marks of one map mean the same to all who share it.
 */
function createTimebar(model, go, settings) {
  const slider = el("input", {
    type: "range", min: 0, max: model.days - 1, step: 1, class: "gf-slider", "aria-label": t("time.day"),
    on: { input: () => go(Number(slider.value)) },
  });
  const player = createPlayer(model, go, settings);
  const marks = el("div", { class: "gf-marks", "aria-hidden": "true" });
  const bars = histogram(model);
  bars.addEventListener("click", ({ clientX }) => go(dayAt(model, bars.getBoundingClientRect(), clientX)));
  const track = el("div", { class: "gf-track" }, bars, slider, marks);
  const bar = el("section", { class: "gf-time", dir: "ltr", "aria-label": t("time.label") },
    player.button,
    button(t("time.previous"), "gf-button gf-step", () => go(eventDay(model, player.day(), -1)), icon(ICONS.back)),
    button(t("time.next"), "gf-button gf-step", () => go(eventDay(model, player.day(), 1)), icon(ICONS.forward)),
    speedChoice(settings),
    track);
  new ResizeObserver(() => drawMarks(model, marks)).observe(marks);
  return {
    element: bar,
    toggle: player.toggle,
    stop: player.stop,
    playing: player.playing,
    show(day) {
      player.at(day);
      slider.value = String(day);
      const share = model.days > 1 ? day / (model.days - 1) : 0;
      slider.style.setProperty("--share", String(share));
      slider.setAttribute("aria-valuetext", dayText(model.firstDay + day));
    },
  };
}

/** The next day with events in a direction, or the end of the span. */
function eventDay(model, from, direction) {
  let day = from + direction;
  while (day > 0 && day < model.days - 1 && !model.eventsOnDay[day].length) day += direction;
  return Math.max(0, Math.min(model.days - 1, day));
}

/** How long a day is shown while playing. */
function playStep(days, speed) {
  return Math.max(PLAY_STEP_MS.least, Math.min(PLAY_STEP_MS.most, PLAY_ALL_MS / days)) / speed;
}

/** How fast it plays: half, usual, double, four times. */
function speedChoice(settings) {
  const choice = el("select", { class: "gf-speed", "aria-label": t("time.speed"), title: t("time.speed") },
    SPEEDS.map((speed) => el("option", { value: speed }, t("time.times", { factor: formatNumber(speed) }))));
  choice.value = String(settings.get("speed"));
  choice.addEventListener("change", () => settings.set("speed", Number(choice.value)));
  return choice;
}

/** The play button and its clock; at the last day it stops, and starts over from the first. */
function createPlayer(model, go, settings) {
  let timer = null;
  let day = 0;
  const toggleButton = button(t("time.play"), "gf-button gf-play", () => toggle(), icon(ICONS.play));
  const paint = () => {
    const label = t(timer === null ? "time.play" : "time.pause");
    toggleButton.setAttribute("aria-label", label);
    toggleButton.title = t("time.with_space", { label });
    toggleButton.replaceChildren(icon(timer === null ? ICONS.play : ICONS.pause));
  };
  const stop = () => {
    clearTimeout(timer);
    timer = null;
    paint();
  };
  const tick = () => {
    timer = setTimeout(tick, playStep(model.days, settings.get("speed")));
    if (day < model.days - 1) go(day + 1, { playing: true });
    if (day >= model.days - 1) stop();
  };
  const start = () => {
    if (day >= model.days - 1) go(0, { playing: true });
    timer = setTimeout(tick, playStep(model.days, settings.get("speed")));
    paint();
  };
  const toggle = () => (timer === null ? start() : stop());
  paint();
  return {
    button: toggleButton, toggle, stop, playing: () => timer !== null, day: () => day, at: (value) => { day = value; },
  };
}

/** The day under a point of the histogram. */
function dayAt(model, box, x) {
  return Math.round(((x - box.left) / box.width) * (model.days - 1));
}

/** The height of a full bar: few days may exceed it, such as the one that states all at the start. */
function usualMost(counts) {
  const sorted = counts.filter(Boolean).sort((a, b) => a - b);
  return sorted[Math.floor(0.98 * (sorted.length - 1))] ?? 1;
}

/** Bars of the number of events on each day, or on as many as share a bar that can still be seen. */
function histogram(model) {
  const together = Math.max(1, Math.ceil(model.days / MOST_BARS));
  const counts = Array(Math.ceil(model.days / together)).fill(0);
  model.eventsOnDay.forEach((events, day) => { counts[Math.floor(day / together)] += events.length; });
  const most = usualMost(counts);
  const last = Math.max(1, model.days - 1);
  const width = Math.min(0.8 * together, BAR_AT_MOST * last);
  const drawing = svgElement("svg", {
    class: "gf-histogram", viewBox: `0 0 ${last} 1`, preserveAspectRatio: "none", "aria-hidden": "true",
  });
  const bars = counts.map((count, bar) => {
    const height = Math.sqrt(Math.min(1, count / most));
    const middle = (bar + 0.5) * together - 0.5;
    return count ? `M${middle - width / 2} 1v${-height}h${width}v${height}z` : "";
  });
  drawing.append(svgElement("rect", { width: last, height: 1, fill: "transparent" }));
  drawing.append(svgElement("path", { d: bars.join("") || "M0 0" }));
  return drawing;
}

/** Marks at the first day of months or years, as many as fit. */
function drawMarks(model, holder) {
  const most = Math.max(2, Math.floor(holder.clientWidth / MARK_PX));
  const starts = Array.from({ length: model.days }, (_, day) => day)
    .filter((day) => dateOf(model.firstDay + day).getUTCDate() === 1);
  const chosen = starts.length ? thinned(model, starts, most) : [];
  const few = chosen.length < 2;
  const room = (1.3 * MARK_PX * model.days) / Math.max(1, holder.clientWidth);
  const days = few ? apart([0, model.days - 1, ...chosen], room) : chosen;
  holder.replaceChildren(...days.map((day) => timeMark(model, day, few)));
}

/** Those numbers that are no nearer than `room` to one before them. */
function apart(numbers, room) {
  return numbers.reduce((kept, n) => (kept.every((k) => Math.abs(k - n) >= room) ? [...kept, n] : kept), []);
}

/** Every month, or every second, third, sixth or twelfth, so that no more than `most` remain. */
function thinned(model, starts, most) {
  const monthOf = (day) => dateOf(model.firstDay + day).getUTCMonth();
  const yearOf = (day) => dateOf(model.firstDay + day).getUTCFullYear();
  const steps = [1, 2, 3, 6, 12, 24, 60, 120];
  const keep = (step) => starts.filter((day) => (yearOf(day) * 12 + monthOf(day)) % step === 0);
  return steps.map(keep).find((days) => days.length <= most) ?? [];
}

function timeMark(model, day, withDay) {
  const moment = dateOf(model.firstDay + day);
  const month = monthName(model.firstDay + day, "short");
  const ofYear = moment.getUTCMonth() === 0 ? `${month} ${moment.getUTCFullYear()}` : month;
  const text = withDay ? shortDate(model.firstDay + day) : ofYear;
  const share = model.days > 1 ? day / (model.days - 1) : 0;
  const edge = share < 0.04 ? " gf-mark-first" : share > 0.96 ? " gf-mark-last" : "";
  return el("span", { class: `gf-mark${edge}`, style: { left: `${100 * share}%` } }, text);
}
