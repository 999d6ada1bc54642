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
  render(page(state, act), root);
  document.querySelector("dialog:not([open])")?.showModal();
  showNotice(state.notice);
}

function title({ jobs, now }) {
  const running = jobs.find((job) => job.state === "running");
  if (!running) return t("title");
  return `${Math.max(0, Math.floor((now - running.started) / 1000))} s · ${t("title")}`;
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

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  remember("theme", theme);
  show();
}

// Keyboard, paste, drop, leaving

document.addEventListener("keydown", (event) => {
  const { dialog } = store.state;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !dialog) {
    event.preventDefault();
    drafts.generate();
  }
  if (dialog?.name === "view" && event.key === "ArrowLeft") results.turn(-1);
  if (dialog?.name === "view" && event.key === "ArrowRight") results.turn(1);
});

const filesOf = (transfer) => [...(transfer?.files ?? [])];

document.addEventListener("paste", (event) => {
  const files = filesOf(event.clipboardData);
  if (!files.length || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  drafts.addReferences(files);
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
  const archive = files.find(({ name }) => name.endsWith(".zip"));
  if (archive) results.importArchive(archive);
  else drafts.addReferences(files);
});

window.addEventListener("hashchange", keys.findKey);
window.addEventListener("beforeunload", (event) => {
  if (queue.isBusy()) event.preventDefault();
});

// Beginning

document.documentElement.dataset.theme = recall("theme", "dark");
drafts.edit(restore());
store.update({ now: Date.now() });
setInterval(() => {
  if (store.state.jobs.some(({ state }) => state === "running")) store.update({ now: Date.now() });
}, 500);
keys.checkHealth();
keys.findKey();
results.restoreResults().then(() => queue.start(results.arrived));
