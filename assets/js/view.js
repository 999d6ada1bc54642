/** From the state to what is seen; it changes the page and nothing else. */

const part = (name) => document.querySelector(`[data-part="${name}"]`);
const cancel = document.querySelector('[data-action="cancel"]');
const stage = part("stage");
const key = document.querySelector("#key");
const dollars = new Intl.NumberFormat("en-US", {
  style: "currency", currency: "USD", maximumSignificantDigits: 3,
});

export function show(state) {
  part("health").dataset.light = state.health.light;
  say("health", state.health.text);
  showActions(state.job);
  showError(state.error);
  showStage(state);
  say("news", state.news);
}

/** Only what differs is written: a live region would read it out again. */
function say(name, text) {
  if (part(name).textContent === text) return false;
  part(name).textContent = text;
  return true;
}

function showActions(job) {
  part("generate").setAttribute("aria-disabled", String(Boolean(job)));
  say("generate", job ? `Generating, ${job.seconds} s` : "Generate");
  if (!job && document.activeElement === cancel) part("generate").focus();
  cancel.hidden = !job;
}

function showError(error) {
  key.setAttribute("aria-invalid", String(error?.code === "invalid_api_key"));
  const isNew = say("error", error?.message ?? "");
  if (error && isNew) part("error").scrollIntoView({ block: "nearest" });
}

function showStage({ job, result, size }) {
  const [width, height] = (job ?? result ?? { size }).size.split("x").map(Number);
  stage.style.setProperty("--ratio", width / height);
  stage.dataset.state = job ? "working" : "still";
  stage.setAttribute("aria-busy", String(Boolean(job)));
  say("progress", job ? `${job.seconds} s` : "");
  if (result && part("image").src !== result.url) showResult(result);
}

function showResult({ url, name, prompt, seed, size, cost }) {
  const facts = [`Seed ${seed}`, size.replace("x", " × "), dollars.format(cost.usd)];
  Object.assign(part("image"), { src: url, alt: prompt, hidden: false });
  Object.assign(part("download"), { href: url, download: name, hidden: false });
  say("facts", facts.map((fact) => fact.replaceAll(" ", "\u00a0")).join(" · "));
  part("invitation").hidden = true;
  const typing = document.activeElement.matches("textarea, input");
  if (!typing) stage.scrollIntoView({ block: "nearest" });
}
