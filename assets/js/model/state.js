/** The shapes of what the page knows, for the type checker and for readers; no browser loads this.
 *
 * @import { Account, Actual, Batch, FailedLine, Fields, Key, Spending } from "./wire.js"
 *
 * @typedef {"text" | "json"} Mode
 *
 * What is being composed. Numbers are text as typed, "" meaning not given.
 * @typedef {object} Draft
 * @property {Mode} mode which of the two prompts counts
 * @property {string} text
 * @property {string} json
 * @property {string} model
 * @property {string} width
 * @property {string} height
 * @property {boolean} free whether the size is typed rather than chosen
 * @property {string} steps
 * @property {string} guidance
 * @property {string} seed counts while it is locked
 * @property {boolean} locked
 * @property {string} n
 * @property {string} format "" for the one that the deployment makes
 *
 * An image that others are made from, of at most 512 pixels a side.
 * @typedef {object} Reference
 * @property {string} id
 * @property {string} name of the file that it was
 * @property {Blob} blob
 * @property {number} width
 * @property {number} height
 *
 * What is shown as code.
 * @typedef {object} CodeRequest
 * @property {string} origin of the deployment
 * @property {Fields} fields
 * @property {Reference[]} references
 *
 * Code in one language.
 * @typedef {{language: string, text: string}} Snippet
 *
 * @typedef {object} Result
 * @property {string} id that of the server if it is kept there
 * @property {string} [keptBy] the id of the key for which the server keeps it
 * @property {string} [job] that it was made by, in this visit or an earlier one
 * @property {number} created milliseconds since 1970
 * @property {Blob} blob
 * @property {Blob | null} thumbnail
 * @property {Draft} asked
 * @property {Reference[]} references
 * @property {number} [lacking] how many more it was made from, which this browser does not have
 * @property {Actual} actual
 * @property {number} seconds that it took; 0 if nobody knows
 * @property {boolean} [starred] by somebody who likes it best
 *
 * Which results are looked for; what is not there may be anything. `q` are words of the prompt, from
 * and to are days such as 2026-11-30, and star is "1".
 * @typedef {Partial<Record<"q" | "model" | "size" | "from" | "to" | "seed" | "star", string>>} Filter
 *
 * An image as it comes from the API; it has an id if it is kept there.
 * @typedef {{id?: string, blob: Blob, seed: number, actual: Actual}} Arrival
 *
 * `code` is the API's, or one of our own; see errors.js. `resetsAt` is when a budget that is used
 * up is full again, in seconds since 1970; null if never.
 * @typedef {{code: string, message?: string, retryAfter?: number, resetsAt?: number | null, requestId?: string}} Failure
 *
 * What the page knows of all keys; see actions/keys.js.
 * @typedef {object} Panel
 * @property {Key[] | null} keys newest first; null until they are known
 * @property {Spending[]} spending of the last 30 days
 * @property {Failure | null} problem
 * @property {boolean} isBusy
 * @property {7 | 30} days that are shown
 * @property {"model" | "key"} by what they are told apart
 * @property {boolean} asTable rather than as a plot
 * @property {{id: string, what: "rotate" | "delete"} | null} asking whether to do that to a key
 *
 * A key as it is typed: all is text, "" meaning not given.
 * @typedef {object} KeyForm
 * @property {string} name
 * @property {string} amount
 * @property {"neurons" | "usd"} unit
 * @property {"daily" | "weekly" | "monthly" | "never"} reset
 * @property {string[]} models short names
 * @property {string} rpm
 * @property {string} expiry its last day, such as 2026-12-31
 *
 * A draft with its reference images on the way to its results.
 * @typedef {object} Job
 * @property {string} id
 * @property {string} page that it belongs to
 * @property {number} created milliseconds since 1970
 * @property {Draft} draft
 * @property {Reference[]} references
 * @property {number[]} seeds one for each image, in a row; drawn beforehand, so that what was cut
 *   off can be asked for again as it would have been
 * @property {"queued" | "running" | "failed"} state
 * @property {number[]} arrived the seeds whose images have come
 * @property {number | null} started
 * @property {Failure | null} failure
 * @property {number} [tries] that the server was too busy for
 *
 * What this browser has taken of a batch into its gallery. `after` is where it goes on; `numbers` are
 * lines that it has from there on. `references` are known where it was sent from here.
 * @typedef {object} Taken
 * @property {string} id of the batch
 * @property {string | number | null} after
 * @property {number[]} numbers
 * @property {number} lines that it has in all
 * @property {boolean} isOver
 * @property {boolean} [isWanted] by a person, where no page has sent it
 * @property {Reference[]} [references]
 *
 * The values of a template's variables, one a line, and how they are put together.
 * @typedef {object} TemplateForm
 * @property {Record<string, string>} lists
 * @property {"all" | "rows"} by
 * @property {string} window that somebody chose; "" for what will do
 *
 * @typedef {(string | number)[]} JsonPath
 *
 * What is wrong in a text of JSON; `what` names the words.
 * @typedef {{what: string, offset: number, path?: string}} Flaw
 * @typedef {Flaw & {line: number, column: number}} PlacedFlaw
 *
 * A prompt of either kind, and one that somebody keeps; "" is no name.
 * @typedef {{mode: Mode, text: string}} Prompt
 * @typedef {Prompt & {name: string}} SavedPrompt
 * @typedef {{sent: Prompt[], saved: SavedPrompt[]}} KeptPrompts
 *
 * Words to show, by their name, and what is filled in.
 * @typedef {{name: string, values?: Record<string, string | number>}} Phrase
 *
 * @typedef {Phrase & {isBad?: boolean}} Notice
 *
 * `from` is the dialog below it, which comes back when it is closed; `opener` has the focus then.
 * `hasDeleted` means that something was deleted in it.
 * @typedef {{name: "view", id: string, hasDeleted?: boolean, from?: Dialog | null}} ViewDialog
 * @typedef {{name: "compare", ids: string[], from?: Dialog | null}} CompareDialog
 * @typedef {{name: "code", request: CodeRequest, snippets: Snippet[], language?: string,
 *   from?: Dialog | null}} CodeDialog
 * @typedef {{name: "key", isShown?: boolean, andGenerate?: boolean, from?: Dialog | null}} KeyDialog
 * @typedef {{name: "setup", from?: Dialog | null}} SetupDialog
 * @typedef {{name: "keys", from?: Dialog | null}} KeysDialog
 * @typedef {{name: "keyForm", before: Key | null, form: KeyForm, tried: boolean, isBusy: boolean,
 *   problem: (Failure & {param?: string}) | null, opener: string, from?: Dialog | null}} KeyFormDialog
 * @typedef {{name: "newKey", owner: string, key: string, opener: string, from?: Dialog | null}} NewKeyDialog
 * @typedef {{name: "batches", asking: string | null, failed: Record<string, FailedLine[]>,
 *   wanted: string[], problem: Failure | null, from?: Dialog | null}} BatchesDialog
 * @typedef {{name: "vary", form: TemplateForm, tried: boolean, problem: Phrase | null,
 *   from?: Dialog | null}} VaryDialog
 * @typedef {{name: "prompts", kept: KeptPrompts | null, title?: string, dropped?: KeptPrompts | null,
 *   from?: Dialog | null}} PromptsDialog
 * @typedef {ViewDialog | CompareDialog | CodeDialog | KeyDialog | SetupDialog | KeysDialog
 *   | KeyFormDialog | NewKeyDialog | BatchesDialog | VaryDialog | PromptsDialog} Dialog
 *
 * `missing` are the names of required variables; what is `malformed` is told in the server's words,
 * which begin with the variable's name. `demo` means that a painter stands in for FLUX.2.
 * @typedef {"unknown" | "good" | "demo" | "bad" | "offline" | "unreachable"} Light
 * @typedef {{light: Light, missing: string[], malformed: string[]}} Health
 *
 * What the page knows.
 * @typedef {object} State
 * @property {"dark" | "light"} theme
 * @property {string} language a tag such as zh-TW
 * @property {Health} health
 * @property {string} key
 * @property {"none" | "unchecked" | "good" | "wrong"} keyState
 * @property {string | null} keyProblem the words that say why a key that was typed is not taken
 * @property {Account | null} account whose key it is, once that is known
 * @property {Panel | null} panel of the owner, once it was opened
 * @property {Draft} draft
 * @property {string} readableJson the JSON of the draft, or where that has an error, what it was
 * @property {{draft: Draft, references: Reference[]} | null} replaced by something else
 * @property {boolean} tried whether somebody has tried to send it as it is
 * @property {Reference[]} references
 * @property {boolean} isAdding reference images that are still being read
 * @property {Phrase | null} referenceProblem
 * @property {Job[]} jobs
 * @property {Batch[] | null} batches the newest of the key, newest first; null until they are known
 * @property {boolean} isChoosing a way to make what is composed, other than at once
 * @property {boolean} isSending a batch
 * @property {Failure | null} unsent why the last batch was not taken by the server
 * @property {number} now milliseconds since 1970, while something runs
 * @property {string | null} paused the code of the error that stopped the queue, or offline
 * @property {number | null} resumesAt when it goes on by itself, in milliseconds since 1970
 * @property {number} atOnce how many images may be on their way
 * @property {number} unseen images that have come while nobody saw the page
 * @property {ReadonlySet<string>} unkept ids of results that are lost with the page
 * @property {boolean} isForbidden to keep anything, as in a private window
 * @property {{usage: number, quota: number} | null} room bytes that this browser lets the page keep
 * @property {boolean} notifies when all is done and nobody sees the page
 * @property {Result[]} results newest first
 * @property {Filter} filter which of them are looked for
 * @property {boolean} areFiltersShown all of them, and not only the search in prompts
 * @property {Result[]} removed what was deleted last and can be brought back
 * @property {ReadonlySet<string> | null} selection ids of results, while some are being chosen
 * @property {"create" | "gallery"} tab which half of the page a narrow screen shows
 * @property {Dialog | null} dialog the one that is open
 * @property {Notice | null} notice a line over the page
 * @property {Phrase | null} news for those who do not see the pictures
 *
 * What is to be done once with what is on the screen, and is no part of the state.
 * @typedef {{name: "closeDialog"} | {name: "leaveField"} | {name: "showNewestJob"}
 *   | {name: "showJobs"}
 *   | {name: "focus", field: string} | {name: "point", offset: number}} Gesture
 */

export {};
