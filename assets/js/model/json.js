/** Reads JSON (RFC 8259) and tells where its values stand, or where and why it is none.
 *
 * `JSON.parse` gives no places, and says where an error is in words that differ by browser.
 */

/** @import { Flaw } from "./state.js" */
/** @import { JsonValue } from "./wire.js" */
/** @typedef {Flaw & {path: string}} Loss */
/** @typedef {Map<string, [start: number, end: number]>} Places */

const SPACE = /[\t\n\r ]*/y;
const TOKENS = {
  mark: /[{}[\]:,]/y,
  string: /"(?:[\x20-\x21\x23-\x5b\x5d-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y,
  number: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y,
  word: /(?:true|false|null)(?!\w)/y,
};
const DEEPEST = 200;

class Problem extends Error {
  /**
   * @param {string} what
   * @param {number} offset
   */
  constructor(what, offset) {
    super(what);
    this.offset = offset;
  }
}

/** What the text says, where, and what is lost of it; or why it is no JSON.
 *
 * `places` maps "/subjects/0/type" to [start, end]; `losses` are of what `JSON.parse` does not keep:
 * names that are there twice, and numbers beyond its precision. After a problem both are what they
 * were until there, and `value` is null.
 *
 * @param {string} text
 * @returns {{value: JsonValue, places: Places, losses: Loss[], problem: Flaw | null}}
 */
export function readJson(text) {
  /** @type {Places} */
  const places = new Map();
  /** @type {Loss[]} */
  const losses = [];
  try {
    const reader = new Reader(text, places, losses);
    reader.value("", 0);
    reader.end();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const problem = { what: error.message, offset: error.offset };
    return { value: null, places, losses, problem };
  }
  return { value: JSON.parse(text), places, losses, problem: null };
}

/** Line and column, both from 1.
 *
 * @param {string} text
 * @param {number} offset
 */
export function lineAndColumn(text, offset) {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

/** Whether JavaScript has a number for what the digits say.
 *
 * @param {string} digits
 */
function isExact(digits) {
  const value = Number(digits);
  return Number.isFinite(value) && (!/^-?\d+$/.test(digits) || BigInt(value) === BigInt(digits));
}

class Reader {
  /**
   * @param {string} text
   * @param {Places} places to fill
   * @param {Loss[]} losses to fill
   */
  constructor(text, places, losses) {
    this.text = text;
    this.places = places;
    this.losses = losses;
    this.offset = 0;
    this.start = 0;
    this.token = "";
    this.kind = "";
    this.next();
  }

  /** Moves to the next token: this.kind, this.token, this.start. */
  next() {
    SPACE.lastIndex = this.offset;
    SPACE.test(this.text);
    this.start = SPACE.lastIndex;
    const kind = this.start === this.text.length ? "end" : this.match();
    if (kind === undefined) throw this.unreadable();
    this.kind = kind;
  }

  match() {
    for (const [kind, pattern] of Object.entries(TOKENS)) {
      pattern.lastIndex = this.start;
      const found = pattern.exec(this.text);
      if (!found) continue;
      [this.token, this.offset] = [found[0], pattern.lastIndex];
      return kind;
    }
    return undefined;
  }

  /** @param {string} mark */
  is(mark) {
    return this.kind === "mark" && this.token === mark;
  }

  /**
   * @param {string} mark
   * @param {string} what
   */
  expect(mark, what) {
    if (!this.is(mark)) throw this.problem(what);
    this.next();
  }

  /** @param {string} what */
  problem(what) {
    return new Problem(this.kind === "end" ? "ended" : what, this.start);
  }

  /**
   * @param {string} path
   * @param {number} depth
   */
  value(path, depth) {
    const { start } = this;
    if (depth > DEEPEST) throw this.problem("deep");
    if (this.is("{")) this.object(path, depth);
    else if (this.is("[")) this.array(path, depth);
    else if (this.kind === "mark" || this.kind === "end") throw this.problem("value");
    else {
      if (this.kind === "number" && !isExact(this.token)) this.lose("number", path, start);
      this.close(path, start);
    }
  }

  /**
   * @param {string} what
   * @param {string} path
   * @param {number} offset
   */
  lose(what, path, offset) {
    this.losses.push({ what, path, offset });
  }

  /**
   * @param {string} path
   * @param {number} depth
   */
  object(path, depth) {
    const { start } = this;
    this.next();
    while (!this.is("}")) {
      if (this.kind !== "string") throw this.problem("name");
      const inner = `${path}/${JSON.parse(this.token)}`;
      if (this.places.has(inner)) this.lose("twice", inner, this.start);
      this.next();
      this.expect(":", "colon");
      this.value(inner, depth + 1);
      this.separator("}", "object");
    }
    this.close(path, start);
  }

  /**
   * @param {string} path
   * @param {number} depth
   */
  array(path, depth) {
    const { start } = this;
    this.next();
    for (let index = 0; !this.is("]"); index += 1) {
      this.value(`${path}/${index}`, depth + 1);
      this.separator("]", "array");
    }
    this.close(path, start);
  }

  /** A comma and something after it, or the end of the list.
   *
   * @param {string} end
   * @param {string} what is wrong if it is neither
   */
  separator(end, what) {
    if (this.is(end)) return;
    const comma = this.start;
    this.expect(",", what);
    if (this.is(end)) throw new Problem("comma", comma);
  }

  /**
   * @param {string} path
   * @param {number} start
   */
  close(path, start) {
    this.places.set(path, [start, this.offset]);
    this.next();
  }

  end() {
    if (this.kind !== "end") throw this.problem("more");
  }

  /** A string without an end, or with something in it that may not be there, or no token at all. */
  unreadable() {
    if (this.text[this.start] !== '"') return new Problem("unknown", this.start);
    const inside = /(?:[\x20-\x21\x23-\x5b\x5d-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y;
    inside.lastIndex = this.start + 1;
    inside.test(this.text);
    const offset = inside.lastIndex;
    if (offset === this.text.length) return new Problem("unclosed", this.start);
    return new Problem(this.text[offset] === "\\" ? "escape" : "newline", offset);
  }
}
