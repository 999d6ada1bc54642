/** A table as a spreadsheet writes or copies it: comma-separated values (RFC 4180), or with
 * semicolons or tabs between them. */

const SEPARATORS = ["\t", ";", ","];

/** Its rows, without those that are empty.
 *
 * @param {string} text
 */
export function readTable(text) {
  const separator = separatorOf(text);
  const inner = `[^${separator}\\r\\n]*`; // of a cell, or what wrongly follows its quotes
  const cells = new RegExp(`(?: *"((?:[^"]|"")*)"${inner}|(${inner}))(${separator}|\\r\\n?|\\n|$)`, "g");
  /** @type {string[][]} */
  const rows = [[]];
  for (const [, quoted, plain, end] of text.replace(/^\ufeff/, "").matchAll(cells)) {
    rows[rows.length - 1].push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (!end) break;
    if (end !== separator) rows.push([]);
  }
  return rows.filter((row) => row.some(Boolean));
}

/** What is most often in the first line, which says what the columns are.
 *
 * @param {string} text
 */
function separatorOf(text) {
  const [header] = text.split(/[\r\n]/, 1);
  const count = (/** @type {string} */ separator) => header.split(separator).length;
  return SEPARATORS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** The columns of a table that have the name of a variable, each as one value a line; null if its
 * first row names none, so that it is no table for this prompt.
 *
 * @param {string} text
 * @param {string[]} names of the variables
 * @returns {Record<string, string> | null}
 */
export function listsOf(text, names) {
  const [header, ...rows] = readTable(text);
  const columns = (header ?? []).map((name) => name.replace(/^\{(.*)\}$/, "$1").trim());
  if (!rows.length || !columns.some((name) => names.includes(name))) return null;
  return Object.fromEntries(names
    .filter((name) => columns.includes(name))
    .map((name) => [name, rows.map((row) => inOneLine(row[columns.indexOf(name)] ?? "")).join("\n")]));
}

/** @param {string} cell */
const inOneLine = (cell) => cell.replace(/\s*[\r\n]+\s*/g, " ");
