// Shows what the keys of a page are, built of what it declares; see keys.js.
"use strict";

(() => {
  const NAMES = { ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };
  let dialog = null;

  document.addEventListener("keys:show", show);
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-keys-show]")) {
      button.hidden = false; // the keys of every page stand there, too
      button.addEventListener("click", show);
    }
  });

  function show() {
    dialog?.remove();
    dialog = document.createElement("dialog");
    dialog.className = "keys";
    dialog.setAttribute("aria-labelledby", "keys-title");
    dialog.append(made("h2", "Keys", { id: "keys-title" }));
    for (const [heading, rows] of declared()) dialog.append(...section(heading, rows));
    dialog.append(offSwitch(), leave());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // beside it
    document.body.append(dialog);
    dialog.showModal();
  }

  // Headings with their rows of keys and words, each once, in the order of the page.
  function declared() {
    const groups = new Map();
    const add = (heading, keys, words) => {
      if (!groups.has(heading)) groups.set(heading, new Map());
      groups.get(heading).set(`${keys.join(" ")} ${words}`, [keys, words]);
    };
    for (const each of document.querySelectorAll("[data-key], [data-keys-list]")) {
      const heading = each.closest("[data-keys-group]")?.dataset.keysGroup ?? "On this page";
      if (each.dataset.key && Keys.isShown(each)) add(heading, each.dataset.key.split(" "), wordsOf(each));
      if ("keysList" in each.dataset) {
        const [first] = Keys.items(each);
        if (!first) continue;
        add(heading, ["ArrowUp", "ArrowDown"], each.dataset.keysHelp ?? "Go along the list");
        if (Keys.tickBox(first)) add(heading, ["Space"], "Select, or no longer; with Shift, all up to here");
        if (first.querySelector("[data-keys-enter], a[href]")) add(heading, ["Enter"], "Open");
      }
    }
    const always = new Map([
      ["?", [["?"], "Show this"]],
      ["Escape", [["Escape"], "Leave a field, close this"]],
    ]);
    return [...[...groups].map(([heading, rows]) => [heading, [...rows.values()]]), ["Everywhere", [...always.values()]]];
  }

  function wordsOf(element) {
    const words = element.dataset.keysHelp ?? element.getAttribute("aria-label");
    if (words) return words;
    const copy = element.labels?.[0]?.cloneNode(true) ?? element.cloneNode(true);
    for (const kbd of copy.querySelectorAll("kbd")) kbd.remove();
    return copy.textContent.trim().replace(/\s+/g, " ");
  }

  function section(heading, rows) {
    const list = document.createElement("dl");
    for (const [keys, words] of rows) {
      const term = document.createElement("dt");
      for (const key of keys) term.append(made("kbd", NAMES[key] ?? key, { title: key }), " ");
      const row = document.createElement("div");
      row.append(term, made("dd", words));
      list.append(row);
    }
    return [made("h3", heading), list];
  }

  function offSwitch() {
    const label = made("label", "", { className: "tick" });
    const box = made("input", "", { type: "checkbox", checked: !Keys.isOff() });
    box.addEventListener("change", () => setOff(!box.checked));
    label.append(box, " Use these keys in this browser");
    return label;
  }

  function leave() {
    const form = made("form", "", { method: "dialog" });
    form.append(made("button", "Close", { className: "small", autofocus: true }));
    return form;
  }

  function made(name, text, more = {}) {
    const element = document.createElement(name);
    element.textContent = text;
    return Object.assign(element, more);
  }

  function setOff(off) {
    try {
      if (off) localStorage.setItem(Keys.OFF, "1");
      else localStorage.removeItem(Keys.OFF);
    } catch {
      // Then they stay as they are.
    }
  }
})();
