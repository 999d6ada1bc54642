// Instances of workflows that a process before this one has left unfinished. Cloudflare's engine goes on
// with them by itself; Miniflare's does when the next event comes, and nothing of this name is waited for.

const EVENT = "go_on";
const API = "http://localhost/cdn-cgi/local/explorer/api/workflows"; // of Miniflare's explorer
const UNFINISHED = ["queued", "running", "waiting"]; // one that was only asked for has no status
const PAGE = 100;

/** `ask` is a fetch of the Miniflare that has them, with its explorer. */
export async function continueInstances(ask) {
  const { result } = await askFor(ask, API);
  for (const { name } of result) {
    for await (const { id, status } of listInstances(ask, `${API}/${name}/instances`)) {
      if (UNFINISHED.includes(status)) await askFor(ask, `${API}/${name}/instances/${id}/events/${EVENT}`, "POST");
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
