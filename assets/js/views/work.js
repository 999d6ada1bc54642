/** Jobs, and a chip that says how they are; loaded when somebody could have some. */

import { nothing } from "/vendor/lit-html/lit-html.js";
import { dressed, later } from "./later.js";

/** @import { State } from "../model/state.js" */

/** @param {"all" | "told"} name */
const part = (name) => {
  const view = later(async () => (await dressed("jobs", import("./jobs.js")))[name]);
  return (/** @type {State} */ state) =>
    (state.key || state.jobs.length ? view(state) : nothing);
};

export const jobs = part("all");
export const chip = part("told");
