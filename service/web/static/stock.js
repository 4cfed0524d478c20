// The tick box above the stock ticks all of the page; it stands in for a key (Shift and End) where there is none.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const all = document.querySelector("[data-tick-all]");
  if (!all) return;
  const boxes = [...document.querySelectorAll(".ticks input")];
  const show = () => {
    const ticked = boxes.filter((each) => each.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => {
    for (const each of boxes) each.checked = all.checked;
    show();
  });
  const form = all.form;
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  window.addEventListener("pageshow", show); // a browser may bring ticks back
});
