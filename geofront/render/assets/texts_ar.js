// كلمات الصفحة بالعربية · The page's words in Arabic, by the keys of texts_en.js.

addTexts("ar", {
  // --- frame ---

  // --- toolbar ---

  // --- timebar ---

  // --- panel ---

  // --- words ---

  // --- explain ---

  // --- about ---

  // --- help ---

  // --- map ---

  // --- switches ---

  // --- settings ---

  // --- legend ---

  // --- compare ---

  // --- accounts ---

  // --- chart ---
});
