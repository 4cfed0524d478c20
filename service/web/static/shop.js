// Makes the search pleasant: drop, paste, preview, a busy state. Everything works without it.
"use strict";

document.documentElement.classList.add("js");

const KEPT_PHOTOS = 8;
const PENDING = "photo:pending";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("search-form");
  if (form) prepareSearch(form);
  const answer = document.querySelector("[data-token]");
  if (answer) showOwnPhoto(answer);
  for (const sample of document.querySelectorAll("form.sample")) rememberSample(sample);
  for (const row of document.querySelectorAll(".aisles.scroll")) showCurrent(row);
  document.addEventListener("click", closeOthers);
  document.querySelector(".thumbs")?.addEventListener("click", showPicture);
});

// The link alone would scroll the page, too, and fill the history.
function showPicture(event) {
  const link = event.target.closest("a");
  const picture = link && document.querySelector(link.hash);
  if (!picture) return;
  event.preventDefault();
  picture.scrollIntoView({ block: "nearest", inline: "start" });
}

// A sample is searched by like a photo of one's own, so it is shown beside its results, too.
function rememberSample(form) {
  form.addEventListener("submit", () => {
    const image = form.querySelector("img");
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    if (!canvas.width) return;
    canvas.getContext("2d").drawImage(image, 0, 0);
    keep(PENDING, canvas.toDataURL("image/jpeg", 0.85));
  });
}

// On a phone the aisles are one long row, and the chosen one may be far to the right.
function showCurrent(row) {
  const current = row.querySelector("[aria-current]");
  if (!current) return;
  const [inside, whole] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += inside.left + inside.width / 2 - (whole.left + whole.width / 2);
}

function closeOthers(event) {
  for (const open of document.querySelectorAll("details.colours[open]")) {
    if (!open.contains(event.target) && !open.closest(":popover-open")) open.open = false;
  }
}

function prepareSearch(form) {
  const inputs = [...form.querySelectorAll("input[type=file]")];

  for (const input of inputs) {
    input.addEventListener("change", () => {
      if (!input.files.length) return;
      for (const other of inputs) if (other !== input) other.value = "";
      send(form, input, input.files[0]);
    });
  }

  // A photo may be dropped anywhere on the page.
  let depth = 0;
  document.addEventListener("dragenter", (event) => {
    if (!carriesFiles(event)) return;
    depth += 1;
    form.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!carriesFiles(event)) return;
    depth -= 1;
    if (depth <= 0) form.classList.remove("over");
  });
  document.addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    depth = 0;
    form.classList.remove("over");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    take(form, inputs[0], event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) take(form, inputs[0], event.clipboardData.files);
  });

  // The page may come back from the browser's memory with its busy face on.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) rest(form);
  });
}

function carriesFiles(event) {
  return event.dataTransfer !== null && [...event.dataTransfer.types].includes("Files");
}

function take(form, input, files) {
  const photo = [...files].find(looksLikePhoto);
  if (!photo) {
    refuse(form, "That is not a picture. Please choose a photo.");
    return;
  }
  const carrier = new DataTransfer();
  carrier.items.add(photo);
  input.files = carrier.files;
  send(form, input, photo);
}

function looksLikePhoto(file) {
  return file.type.startsWith("image/") || /\.(heic|heif|avif)$/i.test(file.name);
}

async function send(form, input, photo) {
  if (!looksLikePhoto(photo)) {
    input.value = "";
    refuse(form, "That is not a picture. Please choose a photo.");
    return;
  }
  if (photo.size > Number(form.dataset.maxBytes)) {
    input.value = "";
    refuse(form, `That photo is too large: at most ${form.dataset.maxMb} MB, please.`);
    return;
  }
  busy(form);
  const small = await shrink(photo);
  if (small) {
    const chosen = document.getElementById("chosen");
    chosen.src = small;
    chosen.hidden = false;
    keep(PENDING, small);
  } else {
    forget(PENDING);
  }
  form.submit();
}

function busy(form) {
  form.setAttribute("aria-busy", "true");
  form.querySelector(".drop-face").hidden = true;
  form.querySelector(".drop-busy").hidden = false;
  document.getElementById("photo-error").hidden = true;
  document.getElementById("photo-status").textContent = "Looking for what looks like your photo.";
}

function rest(form) {
  form.reset();
  form.removeAttribute("aria-busy");
  form.querySelector(".drop-face").hidden = false;
  form.querySelector(".drop-busy").hidden = true;
  document.getElementById("chosen").hidden = true;
  document.getElementById("photo-status").textContent = "";
}

function refuse(form, why) {
  rest(form);
  const error = document.getElementById("photo-error");
  error.textContent = why;
  error.hidden = false;
}

// A small copy of the photo for this browser tab alone; none where it cannot be decoded here.
async function shrink(photo) {
  try {
    const image = await createImageBitmap(photo);
    const scale = Math.min(1, 320 / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff";
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(image, 0, 0, canvas.width, canvas.height);
    return scale < 1 ? canvas.toDataURL("image/jpeg", 0.85) : canvas.toDataURL("image/png");
  } catch {
    return null;
  }
}

// The server never gives the photo back, so the tab remembers its own.
function showOwnPhoto(answer) {
  const key = `photo:${answer.dataset.token}`;
  const fresh = recall(PENDING);
  if (fresh) {
    keep(key, fresh);
    forget(PENDING);
  }
  const photo = recall(key);
  const figure = answer.querySelector(".yours");
  if (!photo || !figure) return;
  const image = figure.querySelector("img");
  image.addEventListener("load", () => {
    image.classList.toggle("small", Math.max(image.naturalWidth, image.naturalHeight) <= 120);
    figure.hidden = false;
  });
  image.src = photo;
}

function keep(key, value) {
  try {
    const kept = Object.keys(sessionStorage).filter((each) => each.startsWith("photo:"));
    if (kept.length >= KEPT_PHOTOS) kept.forEach((each) => sessionStorage.removeItem(each));
    sessionStorage.setItem(key, value);
  } catch {
    // Storage may be full or forbidden; the photo is then simply not shown again.
  }
}

function recall(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept where storage is forbidden.
  }
}
