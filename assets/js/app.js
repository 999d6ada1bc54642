/** The way in: what the page knows is shown anew whenever it changes. */

import { render } from "../vendor/lit-html/lit-html.js";
import * as dialogs from "./acts/dialogs.js";
import * as drafts from "./acts/draft.js";
import * as keys from "./acts/key.js";
import * as results from "./acts/results.js";
import { restore } from "./draft.js";
import { chooseLanguage, language, t } from "./language.js";
import { recall, remember } from "./memory.js";
import * as queue from "./queue.js";
import { store } from "./store.js";
import { elapsed } from "./views/parts.js";
import { page } from "./views/page.js";

const act = {
  ...dialogs, ...drafts, ...keys, ...results,
  cancel: queue.cancel,
  retry: queue.retry,
  dismiss: queue.dismiss,
  resume: queue.resume,
  editJob: ({ draft, references }) => drafts.take(draft, references),
  theme: () => document.documentElement.dataset.theme,
  toggleTheme: () => setTheme(act.theme() === "dark" ? "light" : "dark"),
  chooseLanguage: (tag) => {
    chooseLanguage(tag);
    show();
  },
};

// Showing

const root = document.querySelector("#page");
let isDue = false;

store.addEventListener("change", () => {
  if (isDue) return;
  isDue = true;
  queueMicrotask(show);
});

function show() {
  isDue = false;
  const { state } = store;
  document.documentElement.lang = language();
  document.title = title(state);
  const focused = ancestors(document.activeElement);
  render(page(state, act), root);
  document.querySelector("dialog:not([open])")?.showModal();
  keepFocus(focused);
  showNotice(state.notice);
}

const ancestors = (element) =>
  (element && element !== document.body ? [element, ...ancestors(element.parentElement)] : []);

const FOCUSABLE = "button:not(:disabled), input, textarea, select";

/** What had the focus may be gone; then something near it has the focus, and not nothing. */
function keepFocus([focused, ...around]) {
  if (!focused || focused.isConnected) return;
  const place = document.querySelector("dialog") ?? around.find((element) => element.isConnected);
  place?.querySelector(FOCUSABLE)?.focus();
}

function title({ jobs, now }) {
  const running = jobs.find((job) => job.state === "running");
  return running ? `${elapsed(running.started, now)} · ${t("title")}` : t("title");
}

let noticed = null;

/** Over everything, also over dialogs, and for a while. */
function showNotice(notice) {
  if (notice === noticed) return;
  noticed = notice;
  const element = document.querySelector(".notices");
  element.hidePopover();
  if (!notice) return;
  element.showPopover();
  setTimeout(() => store.state.notice === notice && store.update({ notice: null }), 6000);
}

function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const ground = getComputedStyle(document.documentElement).getPropertyValue("background-color");
  document.querySelector("meta[name=theme-color]").content = ground;
}

function setTheme(theme) {
  applyTheme(theme);
  remember("theme", theme);
  show();
}

// Keyboard, paste, drop, leaving

document.addEventListener("keydown", (event) => {
  const { dialog } = store.state;
  const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
  if (event.key === "Enter" && (hasModifier || event.target.matches("input"))) {
    if (hasModifier || event.repeat) event.preventDefault(); // a key that is held down counts once
    if (hasModifier && !event.repeat && !dialog) drafts.generate();
  }
  if (dialog?.name !== "view" || dialog.isZoomed || hasModifier) return;
  if (event.key === "ArrowLeft") results.turn(-1);
  if (event.key === "ArrowRight") results.turn(1);
});

const filesOf = (transfer) => [...(transfer?.files ?? [])];

document.addEventListener("paste", async (event) => {
  const files = filesOf(event.clipboardData);
  if (!files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  await drafts.addReferences(files);
  if (store.state.dialog) store.update({ notice: { name: "notice.reference" } });
});

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.dataset.dropping = "";
});
for (const name of ["drop", "dragleave"]) {
  document.addEventListener(name, (event) => {
    if (name === "drop" || !event.relatedTarget) delete document.body.dataset.dropping;
  });
}
document.addEventListener("drop", (event) => {
  const files = filesOf(event.dataTransfer);
  if (!files.length) return;
  event.preventDefault();
  const archive = files.find(({ name }) => /\.zip$/i.test(name));
  if (archive) results.importArchive(archive);
  else drafts.addReferences(files);
});

window.addEventListener("hashchange", keys.findKey);
window.addEventListener("beforeunload", (event) => {
  if (queue.isBusy()) event.preventDefault();
});

// Beginning

applyTheme(recall("theme", "dark"));
drafts.edit(restore());
store.update({ now: Date.now() });
setInterval(() => {
  if (store.state.jobs.some(({ state }) => state === "running")) store.update({ now: Date.now() });
}, 500);
keys.checkHealth();
keys.findKey();
queue.start(results.arrived);
results.restoreResults();
