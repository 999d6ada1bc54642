// Names that lead to this machine, for tests of what a Worker asks by a public name:
// {"hooks.example.com": "http://127.0.0.1:1234"}.

/** A Worker for plain workerd, through which all of another's fetches pass. */
export const HOSTS_SCRIPT = `
  ${lead}
  export default { fetch: (request, { HOSTS }) => fetch(lead(request, HOSTS)) };
`;

/** What is to be asked in place of this request: a name that is not among the hosts stays. */
export function lead(request, hosts) {
  const { host, pathname, search } = new URL(request.url);
  return hosts[host] ? new Request(new URL(pathname + search, hosts[host]), request) : request;
}
