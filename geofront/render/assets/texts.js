// Every text of the page in every language: the one table of words, and how they are looked up.

/** Texts by language and key; "{name}" stands for a value. Plurals: keys that end on .one, .two, .few, .many, .other. */
const TEXTS = { en: {}, ar: {} };
const LANGUAGES = {
  en: { name: "English", direction: "ltr", locale: "en-GB" },
  ar: { name: "العربية", direction: "rtl", locale: "ar-u-nu-latn" },
};

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
  const form = new Intl.PluralRules(currentLanguage().locale).select(count);
  const known = [`${key}.${form}`, `${key}.other`].find((k) => k in TEXTS[language] || k in TEXTS.en);
  return t(known, { count: formatNumber(count), ...values });
}

/** A number as the language writes it. */
function formatNumber(value, options = {}) {
  return new Intl.NumberFormat(language === "en" ? "en-US" : currentLanguage().locale, options).format(value);
}
