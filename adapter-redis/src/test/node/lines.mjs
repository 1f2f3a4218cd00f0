// Speaks JSON lines with the test that started this process: commands in on stdin, answers and reports out on stdout.
import readline from "node:readline";

/** Buffers travel as {"$bin": base64}, undefined as {"$undefined": true}, at any depth. */
export function toWire(value) {
  if (value === undefined) return { $undefined: true };
  if (Buffer.isBuffer(value)) return { $bin: value.toString("base64") };
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return toWire(Buffer.from(value));
  if (value instanceof Set) return [...value].map(toWire);
  if (Array.isArray(value)) return value.map(toWire);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return { message: value.message, responses: toWire(value.responses) };
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toWire(member)]));
  }
  return value;
}

export function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (value !== null && typeof value === "object") {
    if (typeof value.$bin === "string") return Buffer.from(value.$bin, "base64");
    if (value.$undefined) return undefined;
    if (typeof value.$date === "number") return new Date(value.$date);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, fromWire(member)]));
  }
  return value;
}

function write(line) {
  process.stdout.write(JSON.stringify(line) + "\n");
}

/** Tells the test what happened to one of the things it knows by name. */
export function report(source, event, args) {
  write({ source, event, args: toWire(args) });
}

/** Runs commands as they come; each is answered with its result or its error. */
export function serve(commands) {
  readline.createInterface({ input: process.stdin }).on("line", async (line) => {
    const { id, command, ...parameters } = JSON.parse(line);
    try {
      const result = await commands[command](fromWire(parameters));
      write({ id, result: toWire(result ?? null) });
    } catch (failure) {
      write({ id, error: String(failure?.stack ?? failure) });
    }
  });
  // The test is gone: so are we.
  process.stdin.on("end", () => process.exit(0));
  write({ source: "process", event: "ready", args: [] });
}
