// Databases that do not work, for tests: each statement fails as one of D1's does, or never ends.

const SAID = "this database fails, as a test asked for";
const FAULTS = {
  fails: () => Promise.reject(new Error(`D1_ERROR: ${SAID}`)),
  hangs: () => new Promise(() => {}),
};

/** In place of the binding, in the embedded runtime. */
export function faultyDatabase(fault) {
  const run = FAULTS[fault];
  const statement = { bind: () => statement, first: run, all: run, run, raw: run };
  return { prepare: () => statement, batch: run, exec: run };
}

/** In workerd, by fault: Workers that answer in place of the service that D1's binding asks. One that
 * waited for nothing at all would be ended by workerd. */
export const FAULTY_SERVICES = {
  fails: `export default { fetch: () => Response.json({ success: false, error: "${SAID}" }) };`,
  hangs: "export default { fetch: () => scheduler.wait(3_600_000) };",
};
