// Preloaded into the runtime: counts the calls across WebAssembly's border, which is where Python
// and JavaScript meet, by the name of the function. SIGUSR2 prints the counts so far.

const counts = {};
const originals = new WeakMap();

function counted(calls, wanted) {
  const all = { ...calls };
  for (const [name, call] of Object.entries(calls)) {
    if (typeof call !== "function" || !wanted.test(name)) continue;
    all[name] = (...values) => ((counts[name] = (counts[name] ?? 0) + 1), call(...values));
    originals.set(all[name], call);
  }
  return all;
}

const { instantiate, Table } = WebAssembly;
WebAssembly.instantiate = async (binary, imports) => {
  if (!imports?.env?.JsProxy_GetAttr_js) return instantiate(binary, imports);
  const { module, instance } = await instantiate(binary, { ...imports, env: counted(imports.env, /Js/) });
  return { module, instance: { exports: counted(instance.exports, /^(?!.*promising)/) } };
};

const { set } = Table.prototype; // takes WebAssembly's own functions only
Table.prototype.set = function (index, call) {
  return set.call(this, index, originals.get(call) ?? call);
};

process.on("SIGUSR2", () => console.log(`Crossings ${JSON.stringify(counts)}`));
