// The page's words in English, by module. A key stands once; "{name}" is put in by the caller.

addTexts("en", {
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
