/** Short things that this browser keeps; where storage is forbidden they live as long as the page. */

const PREFIX = "flux2.";
const fallback = new Map();

/** What was kept under that name; `otherwise` if nothing was, or if it cannot be read. */
export function recall(name, otherwise = null) {
  try {
    const text = localStorage.getItem(PREFIX + name) ?? fallback.get(name) ?? null;
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  const text = JSON.stringify(value);
  fallback.set(name, text);
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    // forbidden or full; the fallback has it
  }
}
