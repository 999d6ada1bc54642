// The embedded runtime: the Worker's Python on Pyodide inside Node, with Cloudflare's bindings
// from wrangler. It adapts HTTP, assets and bindings, and holds nothing of the product.
//
// The first line of standard input says what to serve, since a command line is no place for secrets:
// {"listeners": [{"port": 8787, "vars": {"ACCOUNT": "..."}}], "watch": true, "keep": true}
// Each listener is the same Worker with variables of its own, over the same bindings. `null` is a
// binding that is not to be there; "faults": {"DB": "fails"}, or "hangs", one that does not work.
// What the bindings hold is kept, where `wrangler dev` keeps it, if that is asked for. Prints
// {"ready": [port, ...]} once, and ends when its standard input does: whoever started it has gone.
// "source" names another Worker than ours: a folder with an entry.py, or a JavaScript module. For tests,
// "state" is another folder to keep that in, "hosts" are names that lead to this machine (hosts.mjs), and
// "clock": {"now": 1800000000} is a time that PUT /cdn-cgi/clock with another one moves.

import { once } from "node:events";
import { readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadPyodide } from "pyodide";
import { serve } from "srvx";
import { unstable_readConfig } from "wrangler";
import { assetsOf } from "./assets.mjs";
import { configPath, openBindings } from "./bindings.mjs";
import { moveClock } from "./clock.mjs";
import { faultyDatabase } from "./faults.mjs";
import "./globals.mjs";
import { lead } from "./hosts.mjs";
import "./local_images.mjs";
import { Workflows } from "./workflows.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const KEPT = join(root, ".wrangler/state/v3"); // where `wrangler dev` keeps its own

// From the first moment on: a process that dies by a signal leaves wrangler's workerd behind.
let starting;
let workflows = null;
let servers = [];
let stopping = false;
async function stop(code = 0) {
  if (stopping) return;
  stopping = true;
  await Promise.all(servers.map((server) => server.close(true)));
  await workflows?.dispose();
  await (await starting?.catch(() => null))?.dispose();
  process.exit(code);
}
process.on("SIGINT", () => stop());
process.on("SIGTERM", () => stop());
const input = createInterface({ input: process.stdin }).on("close", () => stop());
// Where nobody reads any more, what it says would be an error, and telling that one the next.
for (const output of [process.stdout, process.stderr]) output.on("error", () => stop(1));

// Node would print the line that threw, and Pyodide's is 400 KB long. What happened comes last.
process.on("uncaughtException", (error) => {
  console.error(`${error.stack ?? ""}`.slice(0, 2000));
  console.error(`${error}`.split("\n", 1)[0].slice(0, 500));
  stop(1);
});

const [firstLine] = await once(input, "line");
const options = JSON.parse(firstLine);
const source = options.source ?? "src";
const state = options.state ?? (options.keep && KEPT);

if (options.clock) moveClock(options.clock.now);
if (options.hosts) {
  const { fetch } = globalThis;
  globalThis.fetch = (url, init) => fetch(lead(url, options.hosts), init); // a Request is none of Python's
}

workflows = new Workflows(state, (listener, event, step) =>
  worker.run(event, step, platform.environments[listener], { waitUntil() {}, passThroughOnException() {} }),
);

async function startPlatform() {
  starting = openBindings(state);
  const platform = await starting;
  // One for all requests, as in workerd: what the Worker has read of it may be kept beside it.
  const environments = options.listeners.map(({ vars, faults = {} }, index) => {
    const faulty = Object.entries(faults).map(([name, fault]) => [name, faultyDatabase(fault)]);
    return { ...platform.env, BATCHES: workflows.bind(index), ...vars, ...Object.fromEntries(faulty) };
  });
  return { ...platform, environments, fetchAsset: assetsOf(platform.env.ASSETS) };
}

const SCHEDULED = /^\/cdn-cgi\/(local|handler)\/scheduled$/;
const CLOCK = "/cdn-cgi/clock";
const workerFirst = unstable_readConfig({ config: configPath }).assets.run_worker_first.map(
  (pattern) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`),
);

let platform = await startPlatform();
const worker = source.endsWith(".js")
  ? (await import(resolve(root, source))).default
  : await startPython({ src: source, python_modules: "python_modules" });

async function startPython(folders) {
  const python = await loadPyodide({ env: { HOME: "/" } });
  python.registerJsModule("_cloudflare_compat_flags", { python_workflows_implicit_dependencies: true });
  python.registerJsModule("_pyodide_entrypoint_helper", {
    cloudflareWorkersModule: {},
    doAnImport: (name) => import(pathToFileURL(join(root, name))),
    patchWaitUntil() {},
  });
  for (const [name, folder] of Object.entries(folders)) {
    python.mountNodeFS(`/worker/${name}`, realpathSync(resolve(root, folder)));
  }
  const host = python.runPython(
    readFileSync(join(root, "dev", "host.py"), "utf8") + "\nHost(['/worker/src', '/worker/python_modules'])",
  );
  try {
    host.load();
  } catch (error) {
    console.error(`${error.message.trimEnd()}\n${folders.src}/ does not load; mend it and start again`);
    await stop(1);
  }
  return host;
}

async function respond(request, listener) {
  const { pathname, searchParams } = new URL(request.url);
  const env = platform.environments[listener];
  const context = { waitUntil: (promise) => request.waitUntil(promise), passThroughOnException() {} };
  if (SCHEDULED.test(pathname)) return schedule(searchParams, env, context);
  if (options.clock && pathname === CLOCK) return setClock(request);
  if (!workerFirst.some((pattern) => pattern.test(pathname))) {
    const asset = await platform.fetchAsset(request);
    if (asset.status !== 404) return asset;
  }
  return worker.fetch(request, env, context);
}

async function setClock(request) {
  const { now } = await request.json();
  moveClock(now);
  return new Response(null, { status: 204 });
}

// As wrangler does at the same addresses.
async function schedule(asked, env, context) {
  const scheduledTime = Number(asked.get("time") ?? Date.now());
  const controller = { scheduledTime, cron: asked.get("cron") ?? "", noRetry() {} };
  try {
    await worker.scheduled(controller, env, context);
  } catch (error) {
    console.error(error.message.trimEnd());
    return new Response("exception", { status: 500 });
  }
  return new Response("ok");
}

if (options.watch) {
  onChange(source, /\.py$/, () => worker.load());
  onChange("assets", /./, async () => {
    const before = platform;
    platform = await startPlatform();
    workflows.whenIdle().then(() => before.dispose()); // what runs is bound to it
  });
}

servers = await Promise.all(
  options.listeners.map(({ port }, index) =>
    serve({
      port,
      hostname: "127.0.0.1",
      silent: true,
      gracefulShutdown: false,
      fetch: (request) => respond(request, index),
    }).ready(),
  ),
);
await workflows.continue();
console.log(JSON.stringify({ ready: servers.map((server) => server.node.server.address().port) }));

// Looks twice a second: Node's recursive fs.watch misses changes on Linux.
function onChange(folder, pattern, act) {
  let before = modified(folder, pattern);
  setInterval(async () => {
    const now = modified(folder, pattern);
    if (now === before) return;
    before = now;
    try {
      await act();
      console.log(`${folder}/ has changed and was loaded anew`);
    } catch (error) {
      console.error(`${error.message.trimEnd()}\n${folder}/ has changed, but does not load; what was there before goes on`);
    }
  }, 500);
}

function modified(folder, pattern) {
  return readdirSync(resolve(root, folder), { recursive: true })
    .filter((name) => pattern.test(name))
    .map((name) => `${name} ${statSync(join(root, folder, name), { throwIfNoEntry: false })?.mtimeMs}`)
    .join("\n");
}
