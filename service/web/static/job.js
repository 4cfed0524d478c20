// Keeps what a page says of jobs fresh while one is under way.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const EVERY_MS = 1500;
  let waits = EVERY_MS;

  async function look() {
    const shown = document.getElementById("job");
    if (!shown || !("underWay" in shown.dataset)) return;
    try {
      if (!document.hidden) await refresh(shown);
      waits = EVERY_MS;
    } catch {
      waits = Math.min(waits * 2, 30_000); // the server is gone for a while
    }
    setTimeout(look, waits);
  }

  async function refresh(shown) {
    const answer = await fetch(shown.dataset.at, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("job");
    if (!fresh || fresh.outerHTML === shown.outerHTML) return;
    const at = document.activeElement?.id;
    shown.replaceWith(document.adoptNode(fresh));
    if (at) document.getElementById(at)?.focus();
  }

  setTimeout(look, waits);
});
