// What of the web platform Node lacks, or does otherwise than workerd.

import { scheduler } from "node:timers/promises";

// As in workerd, whoever cancels a stream has a reason. srvx gives none when a client leaves, and
// a Python task that waits for the stream cannot be told: `undefined` is no exception.
for (const { prototype } of [ReadableStream, ReadableStreamDefaultReader]) {
  const { cancel } = prototype;
  prototype.cancel = function (reason = new Error("the client has left")) {
    return cancel.call(this, reason);
  };
}

// Node 24.16 to 24.19 never lets go of a blob whose stream was read: of every upload, and of every
// short answer (https://github.com/nodejs/node/issues/64105). What reads it in other ways is sound.
const PIECE = 1024 * 1024;
Blob.prototype.stream = function () {
  let start = 0;
  return new ReadableStream({
    type: "bytes",
    pull: async (controller) => {
      if (start < this.size) {
        const piece = await this.slice(start, (start += PIECE)).arrayBuffer();
        controller.enqueue(new Uint8Array(piece));
      } else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
};

// Node's ignores options that are none, workerd's does not.
const toBase64 = Uint8Array.prototype.toBase64;
Uint8Array.prototype.toBase64 = function (options) {
  if (options !== undefined && typeof options !== "object") throw new TypeError("invalid options");
  return toBase64.call(this, options);
};

// A global of workerd's (https://wicg.github.io/scheduling-apis/ has no `wait` yet).
globalThis.scheduler = scheduler;
