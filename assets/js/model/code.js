/** A request as code that somebody can run. The key is left out: it comes from the environment.
 * Loaded when somebody asks for it.
 */

import { referenceName } from "./names.js";
import { asText } from "./request.js";

/** @import { CodeRequest, Reference, Snippet } from "./state.js" */
/** @import { Fields } from "./wire.js" */

const LANGUAGES = [
  { name: "curl", write: curl },
  { name: "Python (openai)", write: openai },
  { name: "Python (requests)", write: requests },
  { name: "JavaScript", write: javascript },
];

const KEY = "API_MASTER_KEY";
const PATH = "/v1/images/generations";
const OPENAIS = new Set(["prompt", "model", "size", "n"]);

/** A whole program, or command line, in each language.
 *
 * @param {CodeRequest} request
 * @returns {Snippet[]}
 */
export const snippets = (request) =>
  LANGUAGES.map(({ name, write }) => ({ language: name, text: write(request) }));

// curl

/** @param {CodeRequest} request */
function curl({ origin, fields, references }) {
  const lines = [
    `curl ${origin}${PATH}`,
    `-H "Authorization: Bearer $${KEY}"`,
    ...(references.length ? curlForm(fields, references) : curlJson(fields)),
  ];
  return `${lines.join(" \\\n  ")} \\\n  -o answer.json\n`;
}

/** @param {Fields} fields */
const curlJson = (fields) =>
  [`-H "Content-Type: application/json"`, `-d ${shell(JSON.stringify(fields, null, 2))}`];

/** With --form-string, because -F reads a value that begins with @ or < as the name of a file.
 *
 * @param {Fields} fields
 * @param {Reference[]} references
 */
const curlForm = (fields, references) => [
  ...Object.entries(fields).map(([name, value]) => `--form-string ${shell(`${name}=${asText(value)}`)}`),
  ...references.map((reference, index) => `-F input_image_${index}=@${referenceName(reference, index)}`),
];

/** @param {string} text */
const shell = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

// Python

/** @param {CodeRequest} request */
function openai({ origin, fields, references }) {
  const own = Object.entries(fields).filter(([name]) => OPENAIS.has(name));
  const ours = Object.entries(fields).filter(([name]) => !OPENAIS.has(name));
  const inputs = references.map((reference, index) => `open("${referenceName(reference, index)}", "rb")`);
  const args = [
    ...(references.length ? [`image=[${inputs.join(", ")}],`] : []),
    ...own.map(([name, value]) => `${name}=${openaiValue(value)},`),
    ...(ours.length ? [`extra_body=${python(Object.fromEntries(ours))},`] : []),
  ];
  return `import base64
import json
import os

from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["${KEY}"], timeout=300)
answer = client.images.${references.length ? "edit" : "generate"}(
${indented(args.join("\n"), 4)}
)
for index, image in enumerate(answer.data):
    with open(f"image-{index}.{answer.output_format}", "wb") as file:
        file.write(base64.b64decode(image.b64_json))
`.replace(/^import json\n/m, typeof fields.prompt === "object" ? "$&" : "");
}

/** The client knows prompts as strings; an object in a string is JSON prompting all the same.
 *
 * @param {unknown} value
 */
const openaiValue = (value) =>
  typeof value === "object" ? `json.dumps(${python(value)}, ensure_ascii=False)` : python(value);

/** @param {CodeRequest} request */
function requests({ origin, fields, references }) {
  const files = references.map((reference, index) =>
    `("input_image_${index}", open("${referenceName(reference, index)}", "rb")),`);
  const form = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, asText(value)]));
  const body = references.length
    ? [`data=${python(form)},`, `files=[\n${indented(files.join("\n"), 4)}\n],`]
    : [`json=${python(fields)},`];
  return `import base64
import os

import requests

response = requests.post(
    "${origin}${PATH}",
    headers={"Authorization": f"Bearer {os.environ['${KEY}']}"},
${indented(body.join("\n"), 4)}
    timeout=300,
)
response.raise_for_status()
answer = response.json()
for index, image in enumerate(answer["data"]):
    with open(f"image-{index}.{answer['output_format']}", "wb") as file:
        file.write(base64.b64decode(image["b64_json"]))
`;
}

/**
 * @param {string} text
 * @param {number} width
 */
const indented = (text, width) => text.replace(/^(?!$)/gm, " ".repeat(width));

/** U+2028 and U+2029 would count as the ends of lines.
 *
 * @param {unknown} text
 */
const quoted = (text) =>
  JSON.stringify(text).replace(/[\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);

/** @type {Map<unknown, string>} */
const CONSTANTS = new Map([[true, "True"], [false, "False"], [null, "None"]]);

/** A value as Python writes it; its strings are JSON's.
 *
 * @param {unknown} value
 * @returns {string}
 */
function python(value) {
  const constant = CONSTANTS.get(value);
  if (constant) return constant;
  if (typeof value === "number" && !Number.isFinite(value)) return "None"; // as JSON has it
  if (typeof value !== "object" || !value) return quoted(value);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const items = Array.isArray(value)
    ? value.map(python)
    : Object.entries(value).map(([name, inner]) => `${quoted(name)}: ${python(inner)}`);
  if (!items.length) return open + close;
  return `${open}\n${indented(items.map((item) => `${item},`).join("\n"), 4)}\n${close}`;
}

// JavaScript, of Node 20 and newer

/** @param {CodeRequest} request */
function javascript({ origin, fields, references }) {
  return `import { ${references.length ? "openAsBlob, " : ""}writeFileSync } from "node:fs";

${references.length ? jsForm(fields, references) : jsJson(fields)}
const response = await fetch("${origin}${PATH}", {
  method: "POST",
  headers: {
    Authorization: \`Bearer \${process.env.${KEY}}\`,${references.length ? "" : `
    "Content-Type": "application/json",`}
  },
  body${references.length ? ": form" : ""},
});
const answer = await response.json();
if (!response.ok) throw new Error(answer.error.message);
for (const [index, image] of answer.data.entries()) {
  writeFileSync(\`image-\${index}.\${answer.output_format}\`, Buffer.from(image.b64_json, "base64"));
}
`;
}

/** Written plainly, "__proto__" in an object would mean something else.
 *
 * @param {Fields} fields
 */
const jsJson = (fields) => {
  const literal = JSON.stringify(fields, null, 2).replace(/^( *)"__proto__":/gm, '$1["__proto__"]:');
  return `const body = JSON.stringify(${literal});`;
};

/**
 * @param {Fields} fields
 * @param {Reference[]} references
 */
const jsForm = (fields, references) => [
  "const form = new FormData();",
  ...Object.entries(fields).map(([name, value]) =>
    `form.append(${JSON.stringify(name)}, ${JSON.stringify(asText(value))});`),
  ...references.map((reference, index) => {
    const name = referenceName(reference, index);
    return `form.append("input_image_${index}", await openAsBlob("${name}", { type: "${reference.blob.type}" }), "${name}");`;
  }),
].join("\n");
