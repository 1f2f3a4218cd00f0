// How values travel between a test and its clients, in Node.js and in a browser: as JSON, with bytes as {"$bin": base64}.

const inNode = typeof Buffer !== "undefined";

function toBase64(view) {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return inNode ? Buffer.from(bytes).toString("base64") : btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}

function fromBase64(text) {
  // Not the view on it: the parser for msgpack in browsers takes that for an object with numbers as keys.
  return inNode ? Buffer.from(text, "base64") : Uint8Array.from(atob(text), (one) => one.charCodeAt(0)).buffer;
}

export function toWire(value) {
  if (ArrayBuffer.isView(value)) return { $bin: toBase64(value) };
  if (value instanceof ArrayBuffer) return toWire(new Uint8Array(value));
  if (Array.isArray(value)) return value.map(toWire);
  if (value instanceof Error) return { message: value.message, data: toWire(value.data) };
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toWire(member)]));
  }
  return value;
}

export function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (value !== null && typeof value === "object") {
    if (typeof value.$bin === "string") return fromBase64(value.$bin);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromWire(member)]));
  }
  return value;
}
