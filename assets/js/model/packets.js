/** An XMP packet inside the file of an image, which otherwise stays as it is, byte for byte.
 *
 * Where it goes: Adobe's XMP Specification Part 3; chunks of PNG: W3C's PNG, 11.3.3.4; of WebP:
 * RFC 9649.
 */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** A segment or chunk: where it begins and ends in the file, and where what it holds does.
 *
 * @typedef {{name: string, start: number, end: number, from: number, to: number}} Part
 */
/** A way to write files.
 *
 * @typedef {object} Format
 * @property {(bytes: Bytes) => boolean} fits
 * @property {(bytes: Bytes) => Part[]} parts
 * @property {string} name of the parts that may hold a packet
 * @property {string} begins what stands in them before it
 * @property {(bytes: Bytes, parts: Part[], packet: Bytes) => Bytes | null} put among what is there
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The text of some bytes, one sign for each.
 *
 * @param {Bytes} bytes
 * @param {number} start
 * @param {number} length
 */
const signs = (bytes, start, length) => String.fromCharCode(...bytes.subarray(start, start + length));

/** @param {Bytes} bytes */
const viewOf = ({ buffer, byteOffset, byteLength }) => new DataView(buffer, byteOffset, byteLength);

/** @param {(Bytes | string)[]} pieces */
function joined(...pieces) {
  const all = pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece));
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of all) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A number in so many bytes, the first one counting most.
 *
 * @param {number} value
 * @param {number} length
 */
const big = (value, length) =>
  Uint8Array.from({ length }, (_, index) => value / 256 ** (length - 1 - index));

/**
 * @param {number} value
 * @param {number} length
 */
const little = (value, length) => big(value, length).reverse();

// JPEG

const LONGEST_SEGMENT = 65_533;

/** @param {Bytes} bytes */
function jpegParts(bytes) {
  const view = viewOf(bytes);
  const parts = [];
  for (let start = 2; view.getUint8(start) === 0xff;) {
    const marker = view.getUint8(start + 1);
    if (marker < 0xe0) break; // what the image itself needs
    const end = start + 2 + view.getUint16(start + 2);
    parts.push({ name: marker.toString(16), start, end, from: start + 4, to: end });
    start = end;
  }
  return parts;
}

/** Behind JFIF's and EXIF's, which have to come first.
 *
 * @type {Format["put"]}
 */
function putInJpeg(bytes, parts, packet) {
  if (packet.length + 2 > LONGEST_SEGMENT) return null;
  const first = parts.find(({ name, from }) =>
    name !== "e0" && !(name === "e1" && signs(bytes, from, 4) === "Exif"));
  const at = first?.start ?? parts.at(-1)?.end ?? 2;
  return joined(bytes.subarray(0, at), big(0xffe1, 2), big(packet.length + 2, 2), packet, bytes.subarray(at));
}

// PNG

/** @param {Bytes} bytes */
function pngParts(bytes) {
  const view = viewOf(bytes);
  const parts = [];
  for (let start = 8; start < bytes.length;) {
    const to = start + 8 + view.getUint32(start);
    parts.push({ name: signs(bytes, start + 4, 4), start, end: to + 4, from: start + 8, to });
    start = to + 4;
  }
  return parts;
}

/** @type {Format["put"]} */
function putInPng(bytes, [header], packet) {
  const chunk = joined("iTXt", packet);
  return joined(
    bytes.subarray(0, header.end), big(packet.length, 4), chunk, big(crc(chunk), 4), bytes.subarray(header.end),
  );
}

/** @param {Bytes} bytes */
function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

// WebP

const HAS_XMP = 0x04;
const HAS_ALPHA = 0x10;

/** @param {Bytes} bytes */
function webpParts(bytes) {
  const view = viewOf(bytes);
  const parts = [];
  for (let start = 12; start + 8 <= bytes.length;) {
    const to = start + 8 + view.getUint32(start + 4, true);
    const end = Math.min(to + (to % 2), bytes.length);
    parts.push({ name: signs(bytes, start, 4), start, end, from: start + 8, to });
    start = end;
  }
  return parts;
}

/** Metadata need the extended format, whose first chunk says what there is.
 *
 * @type {Format["put"]}
 */
function putInWebp(bytes, [first], packet) {
  const isExtended = first.name === "VP8X";
  const about = isExtended ? bytes.slice(first.from, first.to) : extended(bytes, first);
  if (!about) return null;
  about[0] |= HAS_XMP;
  const chunks = joined(
    "WEBPVP8X", little(about.length, 4), about, bytes.subarray(isExtended ? first.end : first.start),
    "XMP ", little(packet.length, 4), packet, new Uint8Array(packet.length % 2),
  );
  return joined("RIFF", little(chunks.length, 4), chunks);
}

/** What a file that holds nothing but an image would say in the extended format.
 *
 * @param {Bytes} bytes
 * @param {Part} image
 */
function extended(bytes, { name, from }) {
  const view = viewOf(bytes);
  if (name === "VP8 ") {
    const [width, height] = [view.getUint16(from + 6, true), view.getUint16(from + 8, true)];
    return joined(little(0, 4), little((width & 0x3fff) - 1, 3), little((height & 0x3fff) - 1, 3));
  }
  if (name !== "VP8L") return null;
  const bits = view.getUint32(from + 1, true);
  const alpha = (bits >>> 28) & 1 ? HAS_ALPHA : 0;
  return joined(little(alpha, 4), little(bits & 0x3fff, 3), little((bits >>> 14) & 0x3fff, 3));
}

/** @type {Format[]} */
const FORMATS = [
  {
    fits: (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8,
    parts: jpegParts, name: "e1", begins: "http://ns.adobe.com/xap/1.0/\0", put: putInJpeg,
  },
  {
    fits: (bytes) => signs(bytes, 1, 3) === "PNG",
    parts: pngParts, name: "iTXt", begins: "XML:com.adobe.xmp\0\0\0\0\0", put: putInPng,
  },
  {
    fits: (bytes) => signs(bytes, 0, 4) === "RIFF" && signs(bytes, 8, 4) === "WEBP",
    parts: webpParts, name: "XMP ", begins: "", put: putInWebp,
  },
];

/**
 * @param {Bytes} bytes
 * @param {Format} format
 * @param {Part} part
 */
const holdsPacket = (bytes, { name, begins }, part) =>
  part.name === name && signs(bytes, part.from, begins.length) === begins;

/** The file with the packet in place of any that was there; null if it has no room for one, or is
 * damaged.
 *
 * @param {Bytes} bytes
 * @param {string} packet
 */
export function withPacket(bytes, packet) {
  const format = FORMATS.find(({ fits }) => fits(bytes));
  try {
    if (!format) return null;
    const old = format.parts(bytes).filter((part) => holdsPacket(bytes, format, part));
    const bare = old.reduceRight((rest, { start, end }) =>
      joined(rest.subarray(0, start), rest.subarray(end)), bytes);
    return format.put(bare, format.parts(bare), joined(format.begins, packet));
  } catch {
    return null;
  }
}

/** The packet of a file; null if there is none.
 *
 * @param {Bytes} bytes
 */
export function packetIn(bytes) {
  const format = FORMATS.find(({ fits }) => fits(bytes));
  try {
    const part = format?.parts(bytes).find((one) => holdsPacket(bytes, format, one));
    return format && part ? decoder.decode(bytes.subarray(part.from + format.begins.length, part.to)) : null;
  } catch {
    return null;
  }
}
