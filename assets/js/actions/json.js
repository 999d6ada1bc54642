/** What a person does to a JSON prompt by its form. */

import { change, removeItem } from "../model/json-edits.js";
import { store } from "../model/store.js";
import { edit } from "./draft.js";

/** @import { JsonPath } from "../model/state.js" */
/** @import { JsonValue } from "../model/wire.js" */

/**
 * @param {JsonPath} path
 * @param {JsonValue | undefined} value
 */
export const editJson = (path, value) => edit({ json: change(store.state.draft.json, path, value) });

/**
 * @param {string} name of a list
 * @param {number} index
 */
export const removeJsonItem = (name, index) =>
  edit({ json: removeItem(store.state.draft.json, name, index) });

export const textToScene = () => editJson(["scene"], store.state.draft.text.trim());
