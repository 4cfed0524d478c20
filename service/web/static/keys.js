// The keyboard on the staff's pages. A page declares its keys in its markup, and works without them:
//
//   data-key="s"             on a link, a button, a <summary> or a field: this key clicks it, and goes
//                            into a field. Several keys stand apart: data-key="n ArrowRight". Digits,
//                            small letters, signs, and names such as Enter, Space or ArrowLeft.
//   data-keys-help="Skip it" what the help says of it; without it, its name or its text.
//   data-keys-group="Review" on anything around keys: their heading in the help.
//   data-keys-list           on a list or <tbody> whose items hold data-keys-item. The up and down
//                            arrows (left and right, too) go along it, Home and End to its ends; from
//                            what is around it, up and down go into it. Its help: data-keys-help.
//   data-keys-item           an item. Space ticks its tick box, and with Shift (as a click with Shift)
//                            all from the last that was ticked; Enter opens its data-keys-enter, or
//                            its first link. A data-key within an item counts for the item one is at.
//   data-download            on a button that sends a form for a file: the page stays, and so do its keys.
//   data-keys-show           a button that shows the help, hidden where a page has no keys.
//
// `?` shows the help, built of what the page declares now; what is added later counts, too. No key
// counts while somebody writes in a field (Escape leaves it) or a form is being sent, with Ctrl, Alt or
// Meta, held down, or behind an open dialog. A focused link or button keeps its own Enter and Space. Of
// two that bear a key and are shown, the first counts. In the help the keys can be switched off for this
// browser, as who speaks to a computer needs it; aria-keyshortcuts says what an element's key is.
"use strict";

document.documentElement.classList.add("js");

const Keys = (() => {
  const OFF = "lookalike.keys.off";
  const STEPS = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };
  const WRITTEN_IN = "textarea, select, [contenteditable]:not([contenteditable=false]), input";
  const NOT_WRITTEN_IN = "[type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=image], [type=file]";
  const OWN_ENTER = "a[href], button, summary, input";
  const OWN_SPACE = "button, summary, input";

  const anchors = new WeakMap(); // of each list, the item that was ticked last
  let voice = null;
  let sentAt = -Infinity; // a second key would send the same form again

  document.addEventListener("DOMContentLoaded", () => {
    for (const each of document.querySelectorAll("[data-key]")) {
      each.setAttribute("aria-keyshortcuts", each.dataset.key);
    }
    for (const list of document.querySelectorAll("[data-keys-list]")) rove(list, items(list)[0]);
    voice = document.createElement("p");
    voice.className = "unseen";
    voice.setAttribute("role", "status");
    document.body.append(voice);
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = event.target instanceof Element ? event.target : document.body;
    if (isWritten(at)) {
      if (event.key === "Escape" && !at.closest("dialog")) at.blur();
      return;
    }
    if (isOff() || event.timeStamp - sentAt < 5000) return;
    const handled = alongList(event, at) || (!event.repeat && press(event, at));
    if (handled) event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    const stays = event.submitter?.hasAttribute("data-download");
    if (event.target.method === "post" && !event.defaultPrevented && !stays) sentAt = event.timeStamp;
  });
  window.addEventListener("pageshow", () => (sentAt = -Infinity));

  // Where one is in a list is where one last was, however one came there.
  document.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-keys-item]");
    const list = item?.closest("[data-keys-list]");
    if (list) rove(list, item);
  });

  document.addEventListener("click", (event) => {
    const item = event.target.closest?.("[data-keys-item]");
    const list = item?.closest("[data-keys-list]");
    if (!list || event.target !== tickBox(item)) return;
    const anchor = anchors.get(list);
    if (event.shiftKey && anchor?.isConnected) tickUpTo(list, anchor, item, event.target.checked);
    anchors.set(list, item);
  });

  function press(event, at) {
    const key = keyOf(event);
    if (key === null) return false;
    if (key === "Enter" && at.closest(OWN_ENTER)) return false;
    if (key === "Space" && at.closest(OWN_SPACE)) return false;
    if (key === "?" && !openDialog()) return document.dispatchEvent(new Event("keys:show"));
    const meant = named(key, at);
    if (!meant) return false;
    if (isWritten(meant)) {
      meant.focus();
      meant.select?.();
    } else {
      meant.click();
    }
    return true;
  }

  // What was pressed, as a page writes it; null where Shift makes something else of it.
  function keyOf(event) {
    if (event.key === " ") return event.shiftKey ? null : "Space";
    if (event.key.length > 1) return event.shiftKey ? null : event.key;
    if (/^[a-z]$/i.test(event.key)) return event.shiftKey ? null : event.key.toLowerCase();
    if (/^[0-9]$/.test(event.key)) return event.key;
    // Other layouts: digits that need Shift, letters of another script.
    const place = /^(?:Digit|Numpad|Key)(.)$/.exec(event.code);
    const foreign = place && (/[0-9]/.test(place[1]) || !/^[\x21-\x7e]$/.test(event.key));
    return foreign && !event.shiftKey ? place[1].toLowerCase() : event.key;
  }

  // The element that a key means: of the item one is at before the rest of the page.
  function named(key, at) {
    const here = at.closest("[data-keys-item]") ?? currentItem();
    const around = openDialog() ?? document;
    const bearing = [...around.querySelectorAll("[data-key]")].filter(
      (each) => each.dataset.key.split(" ").includes(key) && isShown(each),
    );
    const own = bearing.find((each) => here?.contains(each));
    return own ?? bearing.find((each) => !each.closest("[data-keys-item]"));
  }

  function alongList(event, at) {
    const list = listAt(at);
    if (!list) return false;
    const all = items(list);
    const from = all.find((each) => each.contains(at));
    if (event.key in STEPS || event.key === "Home" || event.key === "End") {
      if (!all.length || at.matches("[type=radio]")) return false; // whose arrows are its own
      if (!from && !["ArrowUp", "ArrowDown"].includes(event.key)) return false;
      const to = next(event.key, all, from, list);
      if (event.shiftKey && from) tickUpTo(list, from, to, true);
      goTo(list, to);
      return true;
    }
    if (!from || at !== from || event.repeat) return false; // what is in an item has keys of its own
    if (event.key === " ") return tick(list, from, event.shiftKey);
    if (event.key === "Enter" && !event.shiftKey) return open(from);
    return false;
  }

  function next(key, all, from, list) {
    if (key === "Home") return all[0];
    if (key === "End") return all[all.length - 1];
    if (!from) return all.find((each) => each.tabIndex === 0) ?? all[0];
    const beside = key === "ArrowUp" || key === "ArrowDown" ? inColumn(key, all, from, list) : null;
    const number = all.indexOf(from) + STEPS[key];
    return beside ?? all[Math.min(Math.max(number, 0), all.length - 1)];
  }

  // Where items stand beside each other, up and down go to the next row.
  function inColumn(key, all, from, list) {
    const here = from.getBoundingClientRect();
    const boxes = all.map((each) => [each, each.getBoundingClientRect()]);
    if (!boxes.some(([each, box]) => each !== from && Math.abs(box.top - here.top) < 2)) return null;
    const beyond = boxes.filter(([, box]) => (box.top - here.top) * STEPS[key] > 2);
    if (!beyond.length) return from;
    const row = beyond.reduce((best, each) => ((each[1].top - best[1].top) * STEPS[key] < 0 ? each : best))[1].top;
    const off = ([, box]) => Math.abs(box.left - here.left);
    const inRow = beyond.filter(([, box]) => Math.abs(box.top - row) < 2);
    return inRow.reduce((best, each) => (off(each) < off(best) ? each : best))[0];
  }

  function tick(list, item, more) {
    const box = tickBox(item);
    if (!box) return false;
    const anchor = anchors.get(list);
    if (more && anchor?.isConnected && anchor !== item) tickUpTo(list, anchor, item, true);
    else box.click();
    anchors.set(list, item);
    tell(list, box);
    return true;
  }

  function tickUpTo(list, from, to, on) {
    const all = items(list);
    const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
    for (const item of all.slice(first, last + 1)) {
      const box = tickBox(item);
      if (box && box.checked !== on) box.click(); // so that the page hears of it
    }
    anchors.set(list, to);
    const box = tickBox(to);
    if (box) tell(list, box);
  }

  function tell(list, box) {
    const boxes = items(list).map(tickBox).filter(Boolean);
    const ticked = boxes.filter((each) => each.checked).length;
    voice.textContent = `${box.checked ? "Selected" : "Not selected"}. ${ticked} of ${boxes.length} are.`;
  }

  function open(item) {
    const link = item.querySelector("[data-keys-enter]") ?? item.querySelector("a[href]");
    link?.click();
    return Boolean(link);
  }

  function goTo(list, item) {
    rove(list, item);
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  // One item of a list is reached by Tab; the arrows reach the others.
  function rove(list, item) {
    for (const each of items(list)) each.tabIndex = each === item ? 0 : -1;
  }

  function items(list) {
    return [...list.querySelectorAll("[data-keys-item]")].filter(isShown);
  }

  function listAt(at) {
    const around = openDialog() ?? document;
    const first = around.querySelector("[data-keys-list]");
    const list = at.closest("[data-keys-list]") ?? (first && at.contains(first) ? first : null);
    return list && around.contains(list) ? list : null;
  }

  function currentItem() {
    const list = (openDialog() ?? document).querySelector("[data-keys-list]");
    return list?.querySelector("[data-keys-item][tabindex='0']") ?? null;
  }

  function tickBox(item) {
    return item.querySelector("input[type=checkbox]:not(:disabled)");
  }

  function isWritten(element) {
    return element.matches(WRITTEN_IN) && !element.matches(NOT_WRITTEN_IN);
  }

  function isShown(element) {
    return element.getClientRects().length > 0 && !element.matches(":disabled, [aria-disabled=true]");
  }

  function openDialog() {
    return [...document.querySelectorAll("dialog[open]")].pop() ?? null;
  }

  function isOff() {
    try {
      return localStorage.getItem(OFF) !== null;
    } catch {
      return false; // storage may be forbidden
    }
  }

  return { OFF, items, tickBox, isShown, isOff };
})();
