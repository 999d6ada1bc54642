/** All that a person can do, as the views have it. */

export * from "./appearance.js";
export * from "./background.js";
export * from "./code.js";
export * from "./dialogs.js";
export * from "./draft.js";
export * from "./generate.js";
export * from "./health.js";
export * from "./key.js";
export * from "./panel.js";
export * from "./queue.js";
export * from "./references.js";
export * from "./results.js";
export * from "./viewer.js";
