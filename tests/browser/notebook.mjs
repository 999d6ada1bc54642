// Pyodide as a notebook has it: with pure Python packages, and pyodide-http under requests.

import { loadPyodide } from "/pyodide/pyodide.mjs";

// Runs Python code beside these files; what it wrote, by name, as lists of bytes.
export async function run({ code, files }) {
  const python = await loadPyodide({ indexURL: "/pyodide/" });
  const packages = await fetch("/packages.zip");
  python.unpackArchive(await packages.arrayBuffer(), "zip", { extractDir: "/packages" });
  python.FS.mkdir("/work");
  python.FS.chdir("/work");
  for (const [name, bytes] of Object.entries(files)) {
    python.FS.writeFile(name, new Uint8Array(bytes));
  }
  python.runPython(
    "import sys; sys.path.insert(0, '/packages'); import pyodide_http; pyodide_http.patch_all()",
  );
  await python.runPythonAsync(code);
  return Object.fromEntries(
    python.FS.readdir(".")
      .filter((name) => !name.startsWith(".") && !(name in files))
      .map((name) => [name, Array.from(python.FS.readFile(name))]),
  );
}

if (globalThis.WorkerGlobalScope) {
  globalThis.onmessage = async ({ data }) => {
    try {
      postMessage({ written: await run(data) });
    } catch (error) {
      postMessage({ error: String(error) });
    }
  };
}
