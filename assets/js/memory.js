/** Short things that this browser keeps; where storage is forbidden they live as long as the page. */

const PREFIX = "flux2.";
const fallback = new Map();

/** What was kept under that name; `otherwise` if nothing was, or if it cannot be read. */
export const recall = (name, otherwise = null) => read("localStorage", name) ?? otherwise;
export const remember = (name, value) => write("localStorage", name, value);

/** The same for this tab alone. */
export const recallHere = (name) => read("sessionStorage", name);
export const rememberHere = (name, value) => write("sessionStorage", name, value);

function read(storage, name) {
  try {
    return JSON.parse(window[storage].getItem(PREFIX + name));
  } catch {
    return fallback.get(storage + name) ?? null;
  }
}

function write(storage, name, value) {
  try {
    window[storage].setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    fallback.set(storage + name, value); // forbidden or full
  }
}
