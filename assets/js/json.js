/** Reads JSON (RFC 8259) and tells where its values stand, or where and why it is none.
 *
 * `JSON.parse` gives no places, and says where an error is in words that differ by browser.
 */

const SPACE = /[\t\n\r ]*/y;
const TOKENS = {
  mark: /[{}[\]:,]/y,
  string: /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y,
  number: /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y,
  word: /(?:true|false|null)(?!\w)/y,
};
const DEEPEST = 200;

class Problem extends Error {
  constructor(what, offset) {
    super(what);
    this.offset = offset;
  }
}

/** {value, places, losses} or {problem: {what, offset}}.
 *
 * `places` maps "/subjects/0/type" to [start, end]; `losses` are {what, path, offset} of what
 * `JSON.parse` does not keep: names that are there twice, and numbers beyond its precision.
 */
export function readJson(text) {
  const places = new Map();
  const losses = [];
  try {
    const reader = new Reader(text, places, losses);
    reader.value("", 0);
    reader.end();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: { what: error.message, offset: error.offset } };
  }
  return { value: JSON.parse(text), places, losses };
}

/** Line and column, both from 1. */
export function lineAndColumn(text, offset) {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: lines.at(-1).length + 1 };
}

/** Whether JavaScript has a number for what the digits say. */
function isExact(digits) {
  const value = Number(digits);
  return Number.isFinite(value) && (!/^-?\d+$/.test(digits) || BigInt(value) === BigInt(digits));
}

class Reader {
  constructor(text, places, losses) {
    Object.assign(this, { text, places, losses, offset: 0 });
    this.next();
  }

  /** Moves to the next token: this.kind, this.token, this.start. */
  next() {
    SPACE.lastIndex = this.offset;
    SPACE.test(this.text);
    this.start = SPACE.lastIndex;
    this.kind = this.start === this.text.length ? "end" : this.match();
    if (this.kind === undefined) throw this.unreadable();
  }

  match() {
    return Object.keys(TOKENS).find((kind) => {
      const pattern = TOKENS[kind];
      pattern.lastIndex = this.start;
      const found = pattern.exec(this.text);
      if (found) [this.token, this.offset] = [found[0], pattern.lastIndex];
      return found;
    });
  }

  is(mark) {
    return this.kind === "mark" && this.token === mark;
  }

  expect(mark, what) {
    if (!this.is(mark)) throw this.problem(what);
    this.next();
  }

  problem(what) {
    return new Problem(this.kind === "end" ? "ended" : what, this.start);
  }

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

  lose(what, path, offset) {
    this.losses.push({ what, path, offset });
  }

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

  array(path, depth) {
    const { start } = this;
    this.next();
    for (let index = 0; !this.is("]"); index += 1) {
      this.value(`${path}/${index}`, depth + 1);
      this.separator("]", "array");
    }
    this.close(path, start);
  }

  /** A comma and something after it, or the end of the list. */
  separator(end, what) {
    if (this.is(end)) return;
    const comma = this.start;
    this.expect(",", what);
    if (this.is(end)) throw new Problem("comma", comma);
  }

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
    const inside = /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*/y;
    inside.lastIndex = this.start + 1;
    inside.test(this.text);
    const offset = inside.lastIndex;
    if (offset === this.text.length) return new Problem("unclosed", this.start);
    return new Problem(this.text[offset] === "\\" ? "escape" : "newline", offset);
  }
}
