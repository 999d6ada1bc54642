// The workflow of wrangler.toml in the embedded runtime: the engine is Miniflare's, in a workerd of its
// own that starts when it is needed; adapter.mjs carries each step to the Python here and back.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare, Response, convertV4MiniflareOptions } from "miniflare";
import { isMovable, notifyAt } from "./clock.mjs";
import { continueInstances } from "./unfinished.mjs";

const NAME = "embedded"; // a name of its own, since the instances of `wrangler dev` have other parameters
const SCRIPT = readFileSync(new URL("adapter.mjs", import.meta.url), "utf8");
const WAKE = "wake";

export class Workflows {
  #folder;
  #begin;
  #miniflare = null;
  #runs = new Map();
  #count = 0;

  /** `folder` is where the engine keeps what it knows; without one it is forgotten. `begin(listener, event,
   * step)` runs an instance. */
  constructor(folder, begin) {
    this.#folder = folder;
    this.#begin = begin;
  }

  /** Go on with what a process before this one has left unfinished. */
  async continue() {
    if (!this.#folder || !existsSync(join(this.#folder, "workflows", `miniflare-workflows-${NAME}`))) return;
    const miniflare = await this.#start();
    await continueInstances((...asked) => miniflare.dispatchFetch(...asked));
  }

  /** The binding of a listener. */
  bind(listener) {
    const call = (method, options) => this.#call(method, options);
    return {
      create: async ({ id, params }) => {
        await call("create", { id, params: { listener, params } });
      },
      get: async (id) => {
        const status = () => call("status", { id });
        await status(); // fails if there is none
        return { id, status, sendEvent: (event) => call("sendEvent", { id, event }) };
      },
    };
  }

  /** When all instances that run now have ended. */
  async whenIdle() {
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
  }

  async dispose() {
    await (await this.#miniflare?.catch(() => null))?.dispose();
  }

  #start() {
    return (this.#miniflare ??= this.#open());
  }

  async #open() {
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        name: "adapter",
        modules: true,
        script: SCRIPT,
        compatibilityDate: "2026-09-08",
        workflows: { BATCHES: { name: NAME, className: "Adapter" } },
        serviceBindings: { HOST: (request) => this.#answer(request) },
        host: "127.0.0.1",
        port: 0,
        cf: false, // else it asks the internet where it is
        ...(this.#folder && { resourcePersistencePath: this.#folder, unsafeLocalExplorer: true }),
      }),
    );
    await miniflare.ready;
    return miniflare;
  }

  async #call(method, options) {
    const miniflare = await this.#start();
    const body = JSON.stringify({ method, ...options });
    const answer = await miniflare.dispatchFetch("http://adapter/", { method: "POST", body });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  async #answer(request) {
    const { run: number, ...said } = await request.json();
    try {
      const path = new URL(request.url).pathname.slice(1);
      if (path === "begin") return Response.json({ run: this.#beginRun(said) });
      return Response.json((await this.#runs.get(number)[path](said)) ?? null);
    } catch (error) {
      return new Response(`${error.message}`, { status: 500 });
    }
  }

  #beginRun({ instance, listener, params }) {
    const number = (this.#count += 1);
    const wake = () => this.#call("sendEvent", { id: instance, event: { type: WAKE, payload: {} } });
    const run = new Run(wake);
    this.#runs.set(number, run);
    const event = { instanceId: instance, payload: params };
    run.ended = this.#begin(listener, event, run.step)
      .then(() => run.want({ kind: "end" }), ({ message }) => {
        console.error(message.trimEnd());
        run.want({ kind: "fail", error: message });
      })
      .finally(() => this.#runs.delete(number));
    return number;
  }
}

/** One run of an instance: what it wants of the engine, and what becomes of that. */
class Run {
  #wanted = [];
  #tellWanted = () => {};
  #calls = [];
  #wake;

  constructor(wake) {
    this.#wake = wake;
  }

  /** The engine's object as the Python sees it. */
  step = {
    do: (name, configuration, act) => this.#call({ kind: "do", name, configuration }, act),
    waitForEvent: (name, options) => this.#wait(name, options),
  };

  /** What is wanted since this was asked last; if that is nothing, it waits. */
  async next() {
    if (!this.#wanted.length) await new Promise((resolve) => (this.#tellWanted = resolve));
    return this.#wanted.splice(0);
  }

  act({ call }) {
    return this.#calls[call].act();
  }

  settle({ call, value, error }) {
    const { resolve, reject } = this.#calls[call];
    if (error === undefined) resolve(value);
    else reject(new Error(error));
  }

  want(wanted) {
    this.#wanted.push(wanted);
    this.#tellWanted();
  }

  #call(wanted, act) {
    const { promise, resolve, reject } = Promise.withResolvers();
    const call = this.#calls.push({ act, resolve, reject }) - 1;
    this.want({ ...wanted, call });
    return promise;
  }

  // The engine has the time of the machine; where a test has another one, it wakes the instance.
  async #wait(name, options) {
    if (!isMovable()) return this.#call({ kind: "wait", name, options });
    const forget = notifyAt(Date.now() + options.timeout, () => this.#wake());
    try {
      return await this.#call({ kind: "wait", name, options: { ...options, timeout: "365 days" } });
    } finally {
      forget();
    }
  }
}
