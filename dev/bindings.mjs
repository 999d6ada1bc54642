// Cloudflare's bindings in Node, by wrangler, their database with all its tables.
//
// By itself (`node dev/bindings.mjs FOLDER`) it only makes the tables, for whoever opens that folder next.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { getPlatformProxy } from "wrangler";
import { withDatabase } from "./d1.mjs";
import { migrate } from "./migrate.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const configPath = join(root, "wrangler.toml");

// Else it says at each start that its proxy has no workflows, which workflows.mjs has.
process.env.WRANGLER_LOG ??= "error";

/** `folder` is where they keep what they hold, as `wrangler dev` does; without one it is forgotten. */
export async function openBindings(folder) {
  const platform = await getPlatformProxy({
    configPath,
    envFiles: ["none"], // with no name at all wrangler would read .dev.vars, for every listener
    persist: folder ? { path: folder } : false,
    remoteBindings: false,
  });
  const env = withDatabase(platform.env);
  try {
    if (env.DB) await migrate(env.DB);
  } catch (error) {
    await platform.dispose();
    throw error;
  }
  return { ...platform, env };
}

if (import.meta.main) {
  try {
    await (await openBindings(process.argv[2])).dispose();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
