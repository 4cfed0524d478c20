// A button that copies what is shown this once. Without a script the text is there, to be copied by hand.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-copies]")) {
    const shown = document.getElementById(button.dataset.copies);
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.textContent = (await copied(shown)) ? "Copied" : "Press Ctrl+C";
    });
  }
});

// A page that did not come over HTTPS has no clipboard; what is selected can be copied all the same.
async function copied(shown) {
  shown.select();
  try {
    await navigator.clipboard.writeText(shown.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
