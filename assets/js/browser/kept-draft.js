/** The draft as this browser keeps it, and its reference images. */

import { adopt } from "../model/draft.js";
import { database } from "./database.js";
import { recall, recallHere, remember, rememberHere } from "./memory.js";

/** @import { Draft, Reference } from "../model/state.js" */

const NAME = "draft";

/** That of this tab, or else of the last visit, however old, in today's shape. */
export const keptDraft = () => adopt(recallHere(NAME) ?? recall(NAME, {}));

/** @param {Draft} draft */
export function keepDraft(draft) {
  remember(NAME, draft);
  rememberHere(NAME, draft);
}

export const keptReferences = async () => (await (await database())?.get("references", NAME)) ?? [];

/** @param {Reference[]} references */
export async function keepReferences(references) {
  await (await database())?.put("references", references, NAME).catch(() => {});
}
