// The page's files. wrangler's binding takes milliseconds for each, and a page wants a hundred: what it
// has answered once is remembered.

/** Like the `fetch` of the binding, for requests to this machine; a new one knows of no file yet. */
export function assetsOf(binding) {
  const known = new Map();

  async function ask(request) {
    const asked = { method: request.method, headers: [...request.headers], redirect: "manual" };
    return binding.fetch(request.url, asked);
  }

  return async (request) => {
    if (request.method !== "GET" || request.headers.has("range")) return ask(request);
    const key = `${request.url} ${request.headers.get("if-none-match") ?? ""}`;
    if (!known.has(key)) {
      const answer = await ask(request);
      if (answer.status !== 200 && answer.status !== 304) return answer;
      const { status, headers } = answer;
      known.set(key, [answer.body && (await answer.arrayBuffer()), { status, headers: [...headers] }]);
    }
    return new Response(...known.get(key));
  };
}
