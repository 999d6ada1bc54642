/** What there is to say about a result. */

import { toSettings } from "../model/request.js";
import { bytes, dollars, moment, number, seconds, t } from "../words/language.js";
import { sizeText } from "./parts.js";

/** @import { Draft, Result } from "../model/state.js" */

/** @param {Draft} draft */
export const shownPrompt = ({ mode, text, json }) => (mode === "json" ? json : text);

/** For each parameter the name of its words, what was asked for, and what it actually is.
 *
 * @param {Result} result
 * @returns {[name: string, asked: string, actual: string][]}
 */
export const facts = ({ asked, actual, created, seconds: took, blob }) => {
  const fields = toSettings(asked);
  return [
    ["model", fields.model, actual.model.split("/").at(-1) ?? ""],
    ["size", sizeText(fields.size), sizeText(actual.size)],
    ["steps", String(fields.steps ?? ""), number(actual.steps)],
    ["guidance", String(fields.guidance ?? ""), ""],
    ["seed", String(fields.seed ?? t("seed.random")), String(actual.seed)],
    ["format", (fields.output_format ?? "").toUpperCase(), `${actual.format.toUpperCase()}, ${bytes(blob.size)}`],
    ["cost", "", `${t("cost.neurons", { neurons: number(actual.cost.neurons) })}, ${dollars(actual.cost.usd)}`],
    ["took", "", took ? seconds(Math.round(took * 10) / 10) : ""],
    ["created", "", moment(created)],
  ];
};
