// A Worker between Miniflare's engine of workflows and the Python in Node: it does what that wants of the
// engine, and has it run each step. What Node says is in workflows.mjs.

import { WorkflowEntrypoint } from "cloudflare:workers";

export class Adapter extends WorkflowEntrypoint {
  async run({ instanceId, payload }, step) {
    const tell = (path, said) => ask(this.env.HOST, path, said);
    const perform = {
      do: ({ name, configuration, call }) => step.do(name, configuration, () => tell("act", { run, call })),
      wait: ({ name, options }) => step.waitForEvent(name, options),
    };
    const { run } = await tell("begin", { instance: instanceId, ...payload });
    for (;;) {
      for (const { kind, error, ...wanted } of await tell("next", { run })) {
        if (kind === "end") return;
        if (kind === "fail") throw new Error(error);
        const { call } = wanted;
        perform[kind](wanted).then(
          (value) => tell("settle", { run, call, value }),
          ({ message }) => tell("settle", { run, call, error: message }),
        );
      }
    }
  }
}

/** What the binding does in Node, by name. */
const METHODS = {
  create: ({ BATCHES }, options) => BATCHES.create(options),
  status: async ({ BATCHES }, { id }) => (await BATCHES.get(id)).status(),
  sendEvent: async ({ BATCHES }, { id, event }) => (await BATCHES.get(id)).sendEvent(event),
};

export default {
  async fetch(request, env) {
    const { method, ...options } = await request.json();
    try {
      return Response.json((await METHODS[method](env, options)) ?? null);
    } catch ({ message }) {
      return new Response(message, { status: 500 });
    }
  },
};

async function ask(host, path, said) {
  const answer = await host.fetch(`http://host/${path}`, { method: "POST", body: JSON.stringify(said) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
