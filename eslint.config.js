// What `make lint` asks of the page's JavaScript. The levels of its modules, which import only from
// below, are a table in tests/tools/test_page_modules.py.

import js from "@eslint/js";
import globals from "globals";

/** What runs everywhere, in `node --test` too. */
const PURE = ["assets/js/model/**", "assets/js/words/**"];

export default [
  { ignores: ["**/vendor/", "**/node_modules/", "python_modules/", ".*/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_+$", varsIgnorePattern: "^_$" }],
      "prefer-const": "error",
      "no-var": "error",
      eqeqeq: "error",
      curly: ["error", "multi-line"],
      "object-shorthand": "error",
      "no-implicit-coercion": "error",
    },
  },
  {
    files: ["assets/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-restricted-syntax": ["error", {
        selector: "AssignmentExpression[left.property.name=/^(inner|outer)HTML$/]",
        message: "What comes from elsewhere is text; lit-html writes it as such.",
      }],
    },
  },
  {
    files: PURE,
    languageOptions: { globals: none(globals.browser) },
  },
  {
    files: PURE,
    languageOptions: { globals: { ...globals["shared-node-browser"], CustomEvent: false } },
    rules: {
      "no-restricted-globals": ["error", ...["fetch", "setTimeout", "setInterval", "performance"]
        .map((name) => ({ name, message: "It belongs to browser/ or actions/." }))],
    },
  },
  {
    files: ["assets/js/actions/**"],
    rules: {
      "no-restricted-globals": ["error", ...["document", "window", "requestAnimationFrame"]
        .map((name) => ({ name, message: "What is on the screen is for views/gestures.js." }))],
    },
  },
  {
    files: ["assets/sw.js", "assets/files.js"],
    languageOptions: { sourceType: "script", globals: globals.serviceworker },
  },
  {
    files: ["assets/docs/docs.js"],
    languageOptions: { globals: { SwaggerUIBundle: false } },
  },
  {
    files: ["*.js", "**/*.mjs"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["bench/**", "tests/browser/*.mjs"],
    languageOptions: { globals: { ...globals.serviceworker, ...globals.worker, gc: false } },
  },
];

/**
 * @param {Record<string, boolean>} names
 * @returns {Record<string, "off">}
 */
function none(names) {
  return Object.fromEntries(Object.keys(names).map((name) => [name, "off"]));
}
