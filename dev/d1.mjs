// D1 in the embedded runtime. Each property of what wrangler's proxy returns is asked of workerd while
// Node stands still, a dozen times for one statement. Here a statement is an object of Node's, and what
// it does is one request to the service that D1's binding asks.

import { D1_PLUGIN, ProxyNodeBinding } from "miniflare";
import { SERVICE, bindService } from "./d1_service.mjs";

const QUERY = "http://d1/query?resultsFormat=ARRAY_OF_OBJECTS";

bindService();
const { getNodeBindings } = D1_PLUGIN;
D1_PLUGIN.getNodeBindings = async (...given) => {
  const made = await getNodeBindings.apply(D1_PLUGIN, given);
  return Object.keys(made).length ? { ...made, [SERVICE]: new ProxyNodeBinding() } : made;
};

/** The bindings with such a database in place of the proxy's, if they have one. */
export const withDatabase = ({ DB, [SERVICE]: service, ...others }) =>
  DB ? { ...others, DB: database(service) } : others;

function database(service) {
  async function send(statements) {
    const queries = statements.map(({ sql, params }) => ({ sql, params: params.map(toValue) }));
    const answer = await service.fetch(QUERY, { method: "POST", body: JSON.stringify(queries) });
    const results = await answer.json();
    if (!Array.isArray(results)) throw new Error(`D1_ERROR: ${results.error}`);
    return results;
  }

  function prepare(sql, params = []) {
    const statement = { sql, params, bind: (...values) => prepare(sql, values) };
    statement.all = statement.run = async () => (await send([statement]))[0];
    statement.first = async (column) => {
      const row = (await statement.all()).results[0] ?? null;
      return row && column ? row[column] : row;
    };
    return statement;
  }

  return { prepare: (sql) => prepare(sql), batch: send };
}

function toValue(value) {
  if (value !== null && !["number", "string"].includes(typeof value)) {
    throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${value}'`);
  }
  return value;
}
