// Sends files with a bar that says how far they are; drops and folders, too. A form does it alone.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-upload]")) prepareUpload(form);
});

function prepareUpload(form) {
  const drop = form.querySelector(".drop");
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const files = [...input.files].map((file) => [file, file.webkitRelativePath || file.name]);
      input.value = "";
      if (files.length) sendFiles(form, files);
    });
  }
  // Dropped beside the place, a file would be opened in place of the page.
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => event.preventDefault());
  }
  document.addEventListener("dragover", () => drop.classList.add("over"));
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", async (event) => {
    drop.classList.remove("over");
    if (drop.hidden) return;
    const files = await droppedFiles(event.dataTransfer);
    if (files.length) sendFiles(form, files);
  });
}

// Gives each file with its name, and the folders that were dropped before it.
async function droppedFiles(dropped) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...dropped.files].map((file) => [file, file.name]);
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

async function walk(entry, above, found) {
  const name = above + entry.name;
  if (entry.isFile) {
    found.push([await new Promise((give, fail) => entry.file(give, fail)), name]);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((give, fail) => reader.readEntries(give, fail));
    if (!some.length) return; // it gives a hundred at a time
    for (const each of some) await walk(each, `${name}/`, found);
  }
}

function sendFiles(form, files) {
  const [drop, sending] = [form.querySelector(".drop"), form.querySelector(".sending")];
  const [bar, told] = [sending.querySelector("progress"), sending.querySelector("[data-told]")];
  const fault = form.querySelector("[data-fault]");
  const size = files.reduce((sum, [file]) => sum + file.size, 0);
  fault.hidden = true;
  if (size > Number(form.dataset.most)) {
    return say(fault, `At most ${bytes(Number(form.dataset.most))} are taken at once; this is ${bytes(size)}.`);
  }
  const data = new FormData();
  for (const field of form.querySelectorAll("input[type=hidden], input:checked, select")) {
    data.append(field.name, field.value);
  }
  for (const [file, name] of files) data.append("file", file, name);

  const request = new XMLHttpRequest();
  const started = performance.now();
  const show = (busy) => { drop.hidden = busy; sending.hidden = !busy; };
  request.upload.addEventListener("progress", (event) => {
    const seconds = (performance.now() - started) / 1000;
    const left = event.loaded ? (seconds / event.loaded) * (event.total - event.loaded) : 0;
    bar.value = event.loaded / event.total;
    told.textContent = event.loaded < event.total
      ? `${bytes(event.loaded)} of ${bytes(event.total)}${seconds > 2 ? `, ${time(left)} left` : ""}`
      : "All is there; looking at it …";
  });
  request.addEventListener("load", () => {
    if (request.status < 400) return location.assign(request.responseURL);
    show(false);
    say(fault, whyNot(request, form));
  });
  request.addEventListener("error", () => {
    show(false);
    say(fault, navigator.onLine ? "The connection broke off, and nothing was kept. Send it once more."
      : "There is no connection. Send it once more when there is one again.");
  });
  request.addEventListener("abort", () => show(false));
  sending.querySelector("[data-name]").textContent = files.length > 1 ? `${files.length} files` : files[0][1];
  sending.querySelector("[data-stop]").onclick = () => request.abort();
  bar.value = 0;
  told.textContent = "";
  show(true);
  request.open("POST", form.action);
  request.send(data);
}

// What to say where the server's own page does not: that of a server in front of it, say.
const WHY = {
  401: "You were signed out meanwhile, and nothing was kept. Sign in in another tab, then send it once more.",
  403: "It was not taken: load this page again, and send it once more.",
  408: "It came too slowly, and nothing was kept. Send it once more over a better connection, or less at once.",
  413: "It is more than the server takes at once. Send less, such as one folder after the other.",
  429: "Too much was asked at once. Wait a minute, then send it once more.",
  500: "Something went wrong on the server; the reason is in its log. Load this page again: if the file does not wait here, send it once more.",
  503: "The server is busy. Wait a minute, then send it once more.",
  507: "The server's disk is full. Once there is room, send it once more.",
};

function whyNot(request, form) {
  // What was kept leads on to another address; the fault is of the page there.
  if (request.responseURL && request.responseURL !== form.action) return form.dataset.came;
  if (request.status === 401 || request.status === 403) return WHY[request.status];
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const told = page.querySelector("main .notice[role=alert]") ?? page.querySelector("main .error .lead");
  const next = told?.matches(".lead") ? page.querySelector("main .error .lead + .lead") : null;
  const words = [told, next].map((each) => each?.textContent.trim()).filter(Boolean).join(" ");
  return words || WHY[request.status] || `It was not taken (${request.status}). Send it once more.`;
}

function say(fault, words) {
  fault.textContent = words;
  fault.hidden = false;
  fault.scrollIntoView({ block: "nearest" });
}

function bytes(number) {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  while (number >= 1024 && at < units.length - 1) { number /= 1024; at += 1; }
  return `${at && number < 100 ? number.toFixed(1) : Math.round(number)} ${units[at]}`;
}

function time(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
