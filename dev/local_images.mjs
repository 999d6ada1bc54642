// Miniflare's IMAGES with the option `quality`, which Cloudflare's has and workerd passes on
// (cloudflare/workerd, src/cloudflare/internal/images-api.ts): Miniflare itself ignores it.
//
// It reads the fields of a call, the format last, and encodes the image in the same turn of the event
// loop. So what is encoded next has the quality that stands beside that format.

import { Request } from "miniflare";
import sharp from "sharp";

const sample = new Request("http://localhost", { method: "POST", body: new URLSearchParams("a=b") });
const { prototype: form } = (await sample.formData()).constructor;
const { get } = form;
let quality;
form.get = function (name) {
  if (name === "output_format") quality = Number(get.call(this, "output_quality")) || undefined;
  return get.call(this, name);
};

for (const format of ["jpeg", "webp"]) {
  const encode = sharp.prototype[format];
  sharp.prototype[format] = function (options) {
    return encode.call(this, quality ? { ...options, quality } : options);
  };
}
