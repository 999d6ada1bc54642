/** What the page knows and the form does not hold. Whoever wants to hear of a change listens. */
class Store extends EventTarget {
  #state = Object.freeze({
    health: { light: "unknown", text: "Checking" },
    size: "1024x1024",
    job: null, // {size, seconds} while an image is being made
    result: null, // see image.js
    error: null, // {message, code}
    news: "", // for those who do not see the picture
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
