/** From the API's answer to what can be shown and saved. */

const EXTENSIONS = { jpeg: "jpg", png: "png", webp: "webp" };
const LONGEST_NAME = 60;

/** `url` is a Blob URL; whoever drops the result revokes it. */
export function toResult(answer, prompt) {
  const { b64_json: base64, seed } = answer.data[0];
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const blob = new Blob([bytes], { type: `image/${answer.output_format}` });
  return {
    url: URL.createObjectURL(blob),
    name: `${slug(prompt)}-${seed}.${EXTENSIONS[answer.output_format]}`,
    prompt,
    seed,
    size: answer.size,
    cost: answer.cost,
  };
}

/** "A cat, asleep!" -> "a-cat-asleep" */
function slug(prompt) {
  const words = prompt.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["image"];
  return [...words.join("-")].slice(0, LONGEST_NAME).join("").replace(/-$/, "");
}
