// The service that D1's binding asks, as a second binding beside it: whoever asks that one needs nothing of
// what stands between.

import { D1_PLUGIN } from "miniflare";

export const SERVICE = "D1_SERVICE";

/** From now on each Worker of Miniflare's that has a database has it too, or each of which `isMeant` says
 * so by its configuration. */
export function bindService(isMeant = () => true) {
  const { getBindings } = D1_PLUGIN;
  D1_PLUGIN.getBindings = async (options, ...rest) => {
    const made = await getBindings.call(D1_PLUGIN, options, ...rest);
    if (!isMeant(options.config)) return made;
    return [...made, ...made.map(({ wrapped }) => ({ ...wrapped.innerBindings[0], name: SERVICE }))];
  };
}
