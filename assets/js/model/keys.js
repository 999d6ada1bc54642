/** Keys for others: what state they are in, and how one is typed and sent. */

import { modelsOf } from "./budget.js";
import { MODELS, USD_PER_NEURON } from "./catalog.js";

/** @import { KeyForm, Phrase } from "./state.js" */
/** @import { Key } from "./wire.js" */

const LONGEST_NAME = 100;
const RPM = [1, 100_000];
const ALL = MODELS.map(({ name }) => name);

export const RESETS = /** @type {KeyForm["reset"][]} */ (["daily", "weekly", "monthly", "never"]);

/** @type {Readonly<KeyForm>} */
export const BLANK = Object.freeze({
  name: "", amount: "", unit: "neurons", reset: "daily", models: ALL, rpm: "", expiry: "",
});

/** What keeps a key from being used, or "active".
 *
 * @param {Key} key
 * @param {number} now milliseconds since 1970
 */
export function stateOf({ disabled, expires_at: end, remaining }, now) {
  if (disabled) return "disabled";
  if (end !== null && end * 1000 <= now) return "expired";
  return remaining && remaining.neurons <= 0 ? "spent" : "active";
}

/** @param {Key | null} key null for a new one */
export const toForm = (key) => (key ? { ...BLANK, ...filled(key) } : BLANK);

/** A limit is shown in the unit in which it is the rounder number.
 *
 * @param {Key} key
 * @returns {KeyForm}
 */
function filled(key) {
  const unit = key.limit_neurons === null || Number.isInteger(key.limit_neurons) ? "neurons" : "usd";
  const limit = key[`limit_${unit}`];
  return {
    name: key.name,
    amount: limit === null ? "" : String(limit),
    unit,
    reset: key.limit_reset ?? (limit === null ? BLANK.reset : "never"),
    models: modelsOf(key).map(({ name }) => name),
    rpm: String(key.rpm ?? ""),
    expiry: key.expires_at === null ? "" : toDate(key.expires_at),
  };
}

/** The last day, here, on which it holds.
 *
 * @param {number} end seconds since 1970
 */
function toDate(end) {
  const last = new Date(end * 1000 - 1);
  const parts = [last.getFullYear(), last.getMonth() + 1, last.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** The end of that day, here.
 *
 * @param {string} date such as 2026-12-31
 */
function endOf(date) {
  const [year, month, day] = date.split("-").map(Number);
  return new Date(year, month - 1, day + 1).getTime() / 1000;
}

/** What is sent of it: of a new key what is given, and otherwise what has changed.
 *
 * @param {KeyForm} form
 * @param {Key | null} before
 * @returns {Record<string, unknown>}
 */
export function toKeyFields(form, before) {
  const old = before ? allFields(toForm(before)) : {};
  return Object.fromEntries(Object.entries(allFields(form)).filter(([name, value]) =>
    JSON.stringify(value) !== JSON.stringify(old[name] ?? null)));
}

/** Null is what is not given.
 *
 * @param {KeyForm} form
 * @returns {Record<string, unknown>}
 */
function allFields({ name, amount, unit, reset, models, rpm, expiry }) {
  const limit = amount.trim() ? Number(amount) : null;
  return {
    name: name.trim(),
    [`limit_${unit}`]: limit,
    limit_reset: limit === null || reset === "never" ? null : reset,
    models: models.length === ALL.length ? null : models,
    rpm: rpm.trim() ? Number(rpm) : null,
    expires_at: expiry ? endOf(expiry) : null,
  };
}

/** The neurons of what is typed as the limit; null if it is none.
 *
 * @param {KeyForm} form
 */
export function limitOf({ amount, unit }) {
  const value = Number(amount);
  if (!(value > 0)) return null;
  return unit === "neurons" ? value : value / USD_PER_NEURON;
}

/** @typedef {"name" | "amount" | "models" | "rpm" | "expiry"} FieldName */

/** The field that a parameter of the API is typed in.
 *
 * @type {Record<string, FieldName>}
 */
export const FIELD_OF = {
  name: "name", limit_neurons: "amount", limit_usd: "amount", limit_reset: "amount",
  models: "models", rpm: "rpm", expires_at: "expiry",
};

/** Field -> the words that say what is wrong with it, in their order.
 *
 * @param {KeyForm} form
 * @param {Key | null} before
 * @param {number} now milliseconds since 1970
 * @returns {Partial<Record<FieldName, Phrase>>}
 */
export function formProblems(form, before, now) {
  const found = [
    ["name", nameProblem(form.name.trim())],
    ["amount", form.amount.trim() && limitOf(form) === null && { name: "keys.wrong.amount" }],
    ["models", !form.models.length && { name: "keys.wrong.models" }],
    ["rpm", rpmProblem(form.rpm.trim())],
    ["expiry", "expires_at" in toKeyFields(form, before) && isPast(form.expiry, now)
      && { name: "keys.wrong.expiry" }],
  ];
  return Object.fromEntries(found.filter(([, problem]) => problem));
}

/** @param {string} name */
function nameProblem(name) {
  const length = [...name].length;
  if (!length) return { name: "keys.wrong.name" };
  return length > LONGEST_NAME && { name: "problem.long", values: { length, most: LONGEST_NAME } };
}

/** @param {string} rpm */
function rpmProblem(rpm) {
  const [low, high] = RPM;
  const isFine = !rpm || (/^\d+$/.test(rpm) && Number(rpm) >= low && Number(rpm) <= high);
  return !isFine && { name: "problem.whole", values: { low, high } };
}

/**
 * @param {string} expiry
 * @param {number} now
 */
const isPast = (expiry, now) => Boolean(expiry) && endOf(expiry) * 1000 <= now;

