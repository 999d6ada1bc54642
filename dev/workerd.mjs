// Workers in plain workerd: each has a socket of workerd's own, with neither wrangler's proxy nor a
// router in front of it. Miniflare writes the configuration and keeps the bindings.
//
// The first line of standard input says what to serve, as in runtime.mjs:
// {"listeners": [{"port": 0, "vars": {"ACCOUNT": "...", "IMAGES": null}}], "source": "src"}
// `null` is a binding that is not to be there; "faults": {"DB": "fails"}, or "hangs", one that does not
// work; "isDatabaseApart": true is one database for all of them, in a process of its own. Prints
// {"ready": [port, ...]} once, and ends when its standard input does. "source" names another Worker than
// ours: a folder with an entry.py, or a JavaScript module. The page under assets/ is not served: no Worker
// runs for it. "state" is a folder for what the bindings hold; without one it is forgotten. "hosts" are
// names that lead to this machine (hosts.mjs): all that a Worker asks passes through another one then.

import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CORE_PLUGIN, D1_PLUGIN, Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { openDatabase } from "./database.mjs";
import { FAULTY_SERVICES } from "./faults.mjs";
import { HOSTS_SCRIPT } from "./hosts.mjs";
import "./local_images.mjs";
import { migrate } from "./migrate.mjs";
import { continueInstances } from "./unfinished.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DATA = "Data";
const DATABASE = "database";
const HOSTS = "hosts";
const TYPES = { ".py": "PythonModule", ".js": "ESModule" };

let miniflare = null;
let database = null;
async function stop(code = 0) {
  await miniflare?.dispose().catch(() => {}); // it fails again as the start did
  await database?.dispose().catch(() => {});
  process.exit(code);
}
process.on("SIGINT", () => stop());
process.on("SIGTERM", () => stop());
const input = createInterface({ input: process.stdin }).on("close", () => stop());

const [firstLine] = await once(input, "line");
const { listeners, source = "src", isDatabaseApart = false, state, hosts } = JSON.parse(firstLine);
const isPython = extname(source) === "";

// What wrangler would upload, by the names that it gives: the first one is the main module.
function readModules() {
  if (!isPython) {
    return [{ type: "ESModule", path: basename(source), contents: readFileSync(resolve(root, source), "utf8") }];
  }
  const own = readFolder(resolve(root, source), "").filter(({ type }) => type !== DATA);
  const isMain = ({ path }) => path === "entry.py";
  return [
    ...own.filter(isMain),
    ...own.filter((module) => !isMain(module)),
    ...readFolder(join(root, "python_modules"), "python_modules/"),
  ];
}

function readFolder(folder, prefix) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => {
      const type = TYPES[extname(file)] ?? DATA;
      const contents = readFileSync(file, type === DATA ? undefined : "utf8");
      return { type, path: prefix + file.slice(folder.length + 1), contents };
    });
}

// Miniflare lets each fetch pass through a Worker of its own, as an upstream of ours would never see
// it, and this one's CPU would count as ours. Without it workerd's service "internet" is asked.
const { getServices } = CORE_PLUGIN;
CORE_PLUGIN.getServices = async (options) => {
  const made = await getServices.call(CORE_PLUGIN, options);
  const services = made.services ?? made;
  for (const { worker } of services) {
    if (!hosts && worker?.globalOutbound?.name.startsWith("outbound:")) delete worker.globalOutbound;
  }
  if (database) services.push({ name: DATABASE, external: { address: database.address, http: {} } });
  return made;
};

// A database that does not work, or is elsewhere, is the binding that any Worker has, which asks another
// service.
const { getBindings } = D1_PLUGIN;
D1_PLUGIN.getBindings = async (options, ...rest) => {
  const made = await getBindings.call(D1_PLUGIN, options, ...rest);
  const faults = listeners[workers.findIndex(({ name }) => name === options.config.name)]?.faults ?? {};
  for (const { name, wrapped } of made) {
    if (faults[name]) wrapped.innerBindings[0].service = { name: `core:user:${faults[name]}` };
    else if (database) wrapped.innerBindings[0].service = { name: DATABASE };
  }
  return made;
};

const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, "wrangler.toml"));
const { compatibilityDate, compatibilityFlags, kvNamespaces, d1Databases, images, ratelimits, workflows } = workerOptions;
const more = (process.env.WORKERD_FLAGS ?? "").split(/\s+/).filter(Boolean);
const flags = isPython
  ? [...compatibilityFlags, ...more]
  : compatibilityFlags.filter((flag) => flag !== "python_workers");
const modules = readModules();
// Those whose class the Worker has, its own or an imported one: it may be another Worker than ours.
const hasClass = ([, { className }]) => isPython && modules[0].contents.includes(className);
const ownWorkflows = Object.fromEntries(Object.entries(workflows).filter(hasClass));

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function makeWorker({ port, vars }, index) {
  const isThere = (name) => vars[name] !== null;
  const keep = (bindings) => Object.fromEntries(Object.entries(bindings).filter(([name]) => isThere(name)));
  return {
    name: `worker-${index}`,
    modules,
    compatibilityDate,
    compatibilityFlags: flags,
    bindings: keep(vars),
    kvNamespaces: keep(kvNamespaces),
    d1Databases: keep(d1Databases),
    ratelimits: keep(ratelimits),
    // Each has an engine of its own.
    workflows: keep(mapValues(ownWorkflows, (each) => ({ ...each, name: `${each.name}-${index}` }))),
    ...(isThere(images.binding) && { images }),
    unsafeDirectSockets: [{ host: "127.0.0.1", port }],
    ...(hosts && { outboundService: HOSTS }),
  };
}

const workers = listeners.map(makeWorker);
const helpers = [
  ...Object.entries(FAULTY_SERVICES).map(([name, script]) => ({ name, script })),
  ...(hosts ? [{ name: HOSTS, script: HOSTS_SCRIPT, bindings: { HOSTS: hosts } }] : []),
].map((helper) => ({ ...helper, modules: true, compatibilityDate }));
if (isDatabaseApart) database = await openDatabase();
miniflare = new Miniflare(
  convertV4MiniflareOptions({
    workers: [...workers, ...helpers],
    ...(state && { resourcePersistencePath: resolve(state), unsafeLocalExplorer: true }),
    host: "127.0.0.1",
    port: 0,
    cf: false, // else it asks the internet where it is
    handleStructuredLogs: ({ message }) => console.log(message),
  }),
);
try {
  for (const [index, { name, d1Databases: { DB } }] of workers.entries()) {
    if (DB && !database && !listeners[index].faults?.DB) await migrate(await miniflare.getD1Database("DB", name));
  }
  if (state) await continueInstances((...asked) => miniflare.dispatchFetch(...asked));
  const urls = await Promise.all(workers.map(({ name }) => miniflare.unsafeGetDirectURL(name)));
  console.log(JSON.stringify({ ready: urls.map(({ port }) => Number(port)) }));
} catch (error) {
  console.error(`${error}`.split("\n", 1)[0]);
  await stop(1);
}
