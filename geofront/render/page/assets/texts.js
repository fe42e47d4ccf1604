// Every text of the page in every language: the one table of words, and how they are looked up.

/** Texts by language and key; "{name}" stands for a value. Plurals: keys that end on .one, .two, .few, .many, .other. */
const TEXTS = { en: {}, ar: {} };
const LANGUAGES = {
  en: { name: "English", direction: "ltr", locale: "en-GB", numbers: "en-US" },
  ar: { name: "العربية", direction: "rtl", locale: "ar-u-nu-latn", numbers: "ar-u-nu-latn" },
};

// What stands between such marks is a name out of the data, or English in a page of another
// language. `el` makes elements of them, whose direction and language are their own; noncharacters
// of Unicode, which no data may hold.
const MARKS = { name: "\uFDD0", english: "\uFDD1", end: "\uFDD2" };
const ANY_MARK = /[\uFDD0-\uFDD2]/g;
const MARKED = /([\uFDD0\uFDD1][^\uFDD2]*\uFDD2)/;

let language = "en";

/** Take texts into the table; a key may stand in it once only. */
function addTexts(code, texts) {
  for (const [key, text] of Object.entries(texts)) {
    if (key in TEXTS[code]) throw new Error(`the text ${key} stands twice in ${code}`);
    TEXTS[code][key] = text;
  }
}

function setLanguage(code) {
  if (code in TEXTS) language = code;
}

function currentLanguage() {
  return { code: language, ...LANGUAGES[language] };
}

/** The text of a key in the reader's language, English where it lacks, its values put in. */
function t(key, values = {}) {
  const text = TEXTS[language][key] ?? TEXTS.en[key];
  if (text === undefined) throw new Error(`there is no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The same for a number of things, in the grammar of the language; `{count}` is the number. */
function tCount(key, count, values = {}) {
  const form = formatter("PluralRules", currentLanguage().locale).select(count);
  const known = [`${key}.${form}`, `${key}.other`].find((k) => k in TEXTS[language] || k in TEXTS.en);
  return t(known, { count: formatNumber(count), ...values });
}

function hasText(key) {
  return key in TEXTS.en;
}

/** A name or another text of the data, marked as such for sentences of any direction. */
function named(text) {
  return text ? `${MARKS.name}${plain(text)}${MARKS.end}` : "";
}

/** English that has no text in the table, marked as such where the page speaks another language. */
function english(text) {
  return language === "en" || !text ? plain(text) : `${MARKS.english}${plain(text)}${MARKS.end}`;
}

/** The text without marks. */
function plain(text) {
  return String(text).replace(ANY_MARK, "");
}

/** A formatter of `Intl`, made once for each language: making one takes longer than using it. */
const formatters = new Map();

function formatter(kind, locale, options = {}) {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`;
  if (!formatters.has(key)) formatters.set(key, new Intl[kind](locale, options));
  return formatters.get(key);
}

/** A number as the language writes it. */
function formatNumber(value, options = {}) {
  return formatter("NumberFormat", currentLanguage().numbers, options).format(value);
}

/** "A", "A and B", "A, B and C". */
function listed(words) {
  return formatter("ListFormat", currentLanguage().locale, { type: "conjunction" }).format(words);
}

/** Texts one after the other, with the comma or semicolon of the language between them. */
function joined(texts, between = "list.semicolon") {
  return texts.filter(Boolean).join(t(between));
}
