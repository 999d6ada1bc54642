/** What the page knows. Whoever wants to hear of a change listens. */
class Store extends EventTarget {
  #state = Object.freeze({
    health: { light: "unknown", missing: [] }, // light: unknown, good, bad, unreachable
    key: "",
    keyState: "none", // none, unchecked, good, wrong
    keyProblem: null, // why a key that was typed is not taken
    draft: null, // see draft.js
    readableJson: "", // the JSON of the draft, or where that has an error, what it was before
    replaced: null, // {draft, references} that something else has taken the place of
    tried: false, // whether somebody has tried to send it as it is
    references: [], // see pictures.js
    referenceProblem: null,
    jobs: [], // see queue.js
    now: 0, // milliseconds, while something runs
    paused: null, // the code of the error that stopped the queue
    results: [], // see gallery.js, newest first
    shown: 0, // how many of them are on the page
    removed: [], // what was deleted last and can be brought back
    selection: null, // ids of results, while some are being chosen
    dialog: null, // {name, …} of the one that is open
    notice: null, // {name, values, isBad}: a line that goes away by itself
    news: null, // {name, values}, for those who do not see the pictures
  });

  get state() {
    return this.#state;
  }

  update(changes) {
    this.#state = Object.freeze({ ...this.#state, ...changes });
    this.dispatchEvent(new Event("change"));
  }
}

export const store = new Store();
