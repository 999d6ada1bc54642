/** The way in: what a person does becomes a change of the state, and that is shown. */

import { ApiError, generate, missingVariables } from "./api.js";
import { toResult } from "./image.js";
import { store } from "./store.js";
import { show } from "./view.js";

const STORED_KEY = "flux2.key";
const form = document.querySelector('[data-part="form"]');
const { prompt, size, references, key } = form.elements;
let controller;

const ACTIONS = {
  cancel: () => controller.abort(),
  clear: clearReferences,
  example: useExample,
  "show-key": toggleKey,
};

store.addEventListener("change", () => show(store.state));
document.addEventListener("click", ({ target }) => ACTIONS[target.dataset.action]?.(target));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!store.state.job) make();
});
size.addEventListener("change", () => store.update({ size: size.value }));
references.addEventListener("change", offerToClear);
key.addEventListener("input", () => remember(key.value.trim()));

key.value = recall();
store.update({ size: size.value }); // a browser may have restored the form
offerToClear();
checkHealth();

async function make() {
  controller = new AbortController();
  const start = performance.now();
  const job = { size: size.value, seconds: 0 };
  const tick = () =>
    store.update({ job: { ...job, seconds: Math.floor((performance.now() - start) / 1000) } });
  store.update({ job, error: null, news: "Generating" });
  const timer = setInterval(tick, 1000);
  const ending = await attempt(controller.signal);
  clearInterval(timer);
  store.update({ job: null, news: "", ...ending });
  if (ending.error?.code === "invalid_api_key") key.focus();
}

/** How it ended, as a change of the state. */
async function attempt(signal) {
  const wish = {
    prompt: prompt.value,
    size: size.value,
    references: [...references.files],
    key: key.value.trim(),
  };
  try {
    const result = toResult(await generate(wish, signal), wish.prompt);
    if (store.state.result) URL.revokeObjectURL(store.state.result.url);
    return { result, news: "The image is ready" };
  } catch (error) {
    if (signal.aborted) return { news: "Cancelled" };
    if (error instanceof ApiError) return { error };
    reportError(error);
    return { error: new ApiError("The answer is not what this page expects. Reload it.") };
  }
}

async function checkHealth() {
  try {
    const missing = await missingVariables();
    const text = missing.length ? `${missing.join(", ")} missing` : "Ready";
    store.update({ health: { light: missing.length ? "bad" : "good", text } });
  } catch {
    store.update({ health: { light: "bad", text: "Not reachable" } });
  }
}

function offerToClear() {
  document.querySelector('[data-action="clear"]').hidden = references.files.length === 0;
}

function clearReferences() {
  references.value = "";
  offerToClear();
  references.focus();
}

function useExample(button) {
  prompt.value = button.textContent;
  prompt.focus();
}

function toggleKey(button) {
  const shown = key.type === "password";
  key.type = shown ? "text" : "password";
  button.textContent = shown ? "Hide" : "Show";
  button.ariaLabel = `${button.textContent} key`;
}

/** A browser may forbid storage; then the key is typed anew each time. */
function remember(value) {
  try {
    localStorage.setItem(STORED_KEY, value);
  } catch {}
}

function recall() {
  try {
    return localStorage.getItem(STORED_KEY) ?? "";
  } catch {
    return "";
  }
}
