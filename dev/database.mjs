// A D1 database in a workerd of its own, for whoever measures a Worker: as at Cloudflare, where it is on
// another machine, its CPU and its memory are not the Worker's.

import { Miniflare, convertV4MiniflareOptions } from "miniflare";
import { SERVICE, bindService } from "./d1_service.mjs";
import { migrate } from "./migrate.mjs";

const NAME = "database";
const SCRIPT = `export default { fetch: (request, env) => env.${SERVICE}.fetch(request) };`;

bindService(({ name }) => name === NAME);

/** `address` answers what the binding asks; `dispose` ends it. */
export async function openDatabase() {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [{
        name: NAME,
        modules: true,
        script: SCRIPT,
        d1Databases: { DB: NAME },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      }],
      host: "127.0.0.1",
      port: 0,
      cf: false,
    }),
  );
  await migrate(await miniflare.getD1Database("DB", NAME));
  const { host } = await miniflare.unsafeGetDirectURL(NAME);
  return { address: host, dispose: () => miniflare.dispose() };
}
