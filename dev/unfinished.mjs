// Instances of workflows that a process before this one has left unfinished. Cloudflare's engine goes on
// with them by itself; Miniflare's does when the next event comes, and nothing waits for one of this name.
//
// By itself (`node dev/unfinished.mjs URL`) it does so for the `wrangler dev` that is there.

const EVENT = "go_on";
const API = "/cdn-cgi/local/explorer/api/workflows"; // of Miniflare's explorer
const UNFINISHED = ["queued", "running", "waiting"]; // one that was only asked for has no status
const PAGE = 100;

/** `ask` is a fetch of the Miniflare that has them, with its explorer. */
export async function continueInstances(ask, origin = "http://localhost") {
  const { result } = await askFor(ask, `${origin}${API}`);
  for (const { name } of result) {
    const url = `${origin}${API}/${name}/instances`;
    for await (const { id, status } of listInstances(ask, url)) {
      if (UNFINISHED.includes(status)) await askFor(ask, `${url}/${id}/events/${EVENT}`, "POST");
    }
  }
}

async function* listInstances(ask, url) {
  for (let page = 1; ; page++) {
    const { result } = await askFor(ask, `${url}?page=${page}&per_page=${PAGE}`);
    yield* result;
    if (result.length < PAGE) return;
  }
}

async function askFor(ask, url, method = "GET") {
  const answer = await ask(url, { method });
  if (!answer.ok) throw new Error(`Miniflare's explorer says ${answer.status} to ${url}: ${await answer.text()}`);
  return answer.json();
}

if (import.meta.main) {
  try {
    await continueInstances(fetch, process.argv[2]);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
