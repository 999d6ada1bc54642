// What the Worker's imports cost a fresh Pyodide, in milliseconds of wall time and of CPU: the SDK,
// then pydantic as our modules use it, then our modules.

import { realpathSync } from "node:fs";
import { loadPyodide } from "pyodide";
import "../dev/globals.mjs";

const STAGES = {
  sdk: "import workers",
  pydantic: "from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator",
  ours: "import entry",
};

const python = await loadPyodide({ env: { HOME: "/" } });
python.registerJsModule("_cloudflare_compat_flags", {});
python.registerJsModule("_pyodide_entrypoint_helper", { cloudflareWorkersModule: {} });
for (const folder of ["src", "python_modules"]) {
  python.mountNodeFS(`/worker/${folder}`, realpathSync(folder));
}
python.runPython(`
import sys
sys.dont_write_bytecode = True
sys.path[:0] = ["/worker/src", "/worker/python_modules"]
`);
const figures = {};
for (const [name, code] of Object.entries(STAGES)) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  python.runPython(code);
  const { user, system } = process.cpuUsage(before);
  figures[name] = { wall: performance.now() - start, cpu: (user + system) / 1000 };
}
console.log(JSON.stringify(figures));
process.exit();
