// The database's tables, as `wrangler d1 migrations apply` makes them: the files of migrations/ in
// their order, each whole or not at all, each once. So a local database takes them from either.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_splitSqlQuery } from "wrangler";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "migrations");

// Wrangler's table, with its columns (`getCreateMigrationsTableQuery` in wrangler 4.153).
const LIST = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Bring a D1 database up to date; says which file could not be applied, and why. */
export async function migrate(database) {
  const [, { results }] = await database.batch([
    database.prepare(LIST),
    database.prepare("SELECT name FROM d1_migrations"),
  ]);
  const applied = new Set(results.map(({ name }) => name));
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith(".sql") && !applied.has(name)) await apply(database, name);
  }
}

async function apply(database, name) {
  const statements = unstable_splitSqlQuery(readFileSync(join(folder, name), "utf8"));
  try {
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  } catch (error) {
    throw new Error(`migrations/${name} cannot be applied: ${error.message}`, { cause: error });
  }
}
