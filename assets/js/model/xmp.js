/** The settings of an image as XMP, the metadata that image programs show and keep.
 *
 * Adobe's XMP Specification Part 1 (ISO 16684-1): the packet, simple properties, `dc:description`.
 */

import { adopt } from "./draft.js";
import { again } from "./gallery.js";
import { titleOf } from "./names.js";
import { toSettings } from "./request.js";

/** @import { Draft, Result } from "./state.js" */

const NAMESPACE = "urn:flux2-workers-ai:settings/1.0/";
const PREFIX = "flux2";

/** The packet of a result.
 *
 * @param {Pick<Result, "asked" | "actual" | "created" | "references">} result
 */
export function packetOf(result) {
  const draft = again(/** @type {Result} */ (result));
  const { references, created, actual } = result;
  const settings = {
    prompt: draft[draft.mode], kind: draft.mode, ...toSettings(draft), output_format: actual.format,
    ...(references.length && { references: references.length }),
  };
  const properties = Object.entries(settings)
    .map(([name, value]) => `   <${PREFIX}:${name}>${escaped(String(value))}</${PREFIX}:${name}>`);
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:${PREFIX}="${NAMESPACE}">
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escaped(titleOf(draft))}</rdf:li></rdf:Alt></dc:description>
   <xmp:CreateDate>${new Date(created).toISOString()}</xmp:CreateDate>
   <xmp:CreatorTool>FLUX.2 on Workers AI</xmp:CreatorTool>
${properties.join("\n")}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
}

/** What XML 1.0 does not allow is left out; a reader would take \r for \n.
 *
 * @param {string} text
 */
const escaped = (text) =>
  text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @type {Record<string, string>} */
const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** @param {string} text */
const unescaped = (text) =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return NAMED[name] ?? whole;
    const code = decimal ? Number(decimal) : parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });

/** The draft that makes the image again, and from how many reference images it was made; null if
 * the packet says nothing of it. Other programs write properties as attributes.
 *
 * @param {string} packet
 * @returns {{draft: Draft, references: number} | null}
 */
export function settingsIn(packet) {
  if (!packet.includes(NAMESPACE)) return null;
  const read = (/** @type {string} */ name) => {
    const element = new RegExp(`<${PREFIX}:${name}>([^<]*)</`).exec(packet);
    const attribute = new RegExp(`\\s${PREFIX}:${name}=(?:"([^"]*)"|'([^']*)')`).exec(packet);
    return unescaped(element?.[1] ?? attribute?.[1] ?? attribute?.[2] ?? "");
  };
  const [width, height] = read("size").split("x");
  const prompt = read("prompt");
  if (!prompt || !/^\d+$/.test(read("seed")) || !/^\d+$/.test(width) || !/^\d+$/.test(height ?? "")) return null;
  const mode = read("kind") === "json" ? "json" : "text";
  const draft = adopt({
    mode, [mode]: prompt, model: read("model"), width, height, seed: read("seed"), locked: true,
    guidance: read("guidance"), format: read("output_format"), ...(read("steps") && { steps: read("steps") }),
  });
  return { draft, references: Number(read("references")) || 0 };
}
