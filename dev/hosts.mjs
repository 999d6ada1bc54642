// Names that lead to this machine, for tests of what a Worker asks by a public name:
// {"hooks.example.com": "http://127.0.0.1:1234"}.

/** What to ask in place of this address: a name that is not among the hosts stays. */
export function lead(url, hosts) {
  const { host, pathname, search } = new URL(url);
  return hosts[host] ? `${new URL(pathname + search, hosts[host])}` : url;
}

/** A Worker for plain workerd, through which all pass that another one asks. */
export const HOSTS_SCRIPT = `
  ${lead}
  export default { fetch: (request, { HOSTS }) => fetch(new Request(lead(request.url, HOSTS), request)) };
`;
