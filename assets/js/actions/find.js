/** Looking for images. What is looked for stands in the address: Back undoes it, a reload keeps it. */

import { given, give, onTurn } from "../browser/link.js";
import { FIELDS, isSet, toFilter, withField } from "../model/find.js";
import { store } from "../model/store.js";

/** @import { Filter } from "../model/state.js" */
/** @import { Field } from "../model/find.js" */

/** The field that was changed last; while one goes on typing, Back undoes all of it.
 *
 * @type {Field | null}
 */
let last = null;

/** From now on what is looked for is what the address says. */
export function followAddress() {
  onTurn(read);
  read();
}

function read() {
  const filter = toFilter(given());
  const isFurther = isSet(withField(withField(filter, "q", ""), "star", ""));
  last = null;
  store.update({ filter, areFiltersShown: store.state.areFiltersShown || isFurther });
  if (isSet(filter)) store.update({ tab: "gallery" });
}

/**
 * @param {Field} field
 * @param {string} value "" for any
 */
export function look(field, value) {
  const filter = withField(store.state.filter, field, value);
  const isNew = field !== last || !isSet(store.state.filter);
  last = field;
  put(filter, isNew);
}

/** All images again. */
export function clearFilter() {
  last = null;
  put({}, true);
}

/**
 * @param {Filter} filter
 * @param {boolean} isNew
 */
function put(filter, isNew) {
  store.update({ filter });
  give(Object.fromEntries(FIELDS.map((name) => [name, filter[name] ?? ""])), isNew);
}

export const toggleFilters = () =>
  store.update({ areFiltersShown: !store.state.areFiltersShown });
