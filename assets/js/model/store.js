/** What the page knows. Whoever wants to hear of a change listens. */

import { DEFAULTS } from "./draft.js";
import { AT_ONCE } from "./queue.js";

/** @import { Gesture, State } from "./state.js" */

/** @type {State} */
const BEGINNING = {
  theme: "dark",
  language: "en",
  health: { light: "unknown", missing: [], malformed: [] },
  key: "",
  keyState: "none",
  keyProblem: null,
  account: null,
  panel: null,
  draft: DEFAULTS,
  readableJson: "",
  replaced: null,
  tried: false,
  references: [],
  isAdding: false,
  referenceProblem: null,
  jobs: [],
  batches: null,
  isChoosing: false,
  isSending: false,
  unsent: null,
  now: 0,
  paused: null,
  resumesAt: null,
  atOnce: AT_ONCE,
  unseen: 0,
  unkept: new Set(),
  isForbidden: false,
  room: null,
  notifies: false,
  results: [],
  filter: {},
  areFiltersShown: false,
  removed: [],
  selection: null,
  tab: "create",
  dialog: null,
  notice: null,
  news: null,
};

class Store extends EventTarget {
  #state = Object.freeze(BEGINNING);

  get state() {
    return this.#state;
  }

  /** @param {Partial<State>} changes */
  update(changes) {
    this.#state = Object.freeze({ ...this.#state, ...changes });
    this.dispatchEvent(new Event("change"));
  }

  /** Asks whoever shows the state to do something with it once.
   *
   * @param {Gesture} gesture
   */
  ask(gesture) {
    this.dispatchEvent(new CustomEvent("gesture", { detail: gesture }));
  }
}

export const store = new Store();
