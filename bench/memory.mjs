// Preloaded into the runtime: SIGUSR2 collects the garbage and prints what is left, in bytes.

const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (binary, imports) => {
  const result = await instantiate(binary, imports);
  for (const value of Object.values({ ...imports?.env, ...result.instance?.exports })) {
    if (value instanceof WebAssembly.Memory && !memories.includes(value)) memories.push(value);
  }
  return result;
};

process.on("SIGUSR2", () => {
  for (let i = 0; i < 3; i++) gc();
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const wasm = memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  console.log(`Memory ${JSON.stringify({ rss, heapTotal, heapUsed, external: external - wasm, wasm })}`);
});
