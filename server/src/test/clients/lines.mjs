// Speaks JSON lines with the test that started this process: commands in on stdin, answers and reports out on stdout.
import readline from "node:readline";
import { fromWire, toWire } from "./wire.mjs";

function write(line) {
  process.stdout.write(JSON.stringify(line) + "\n");
}

/** Tells the test what happened to one of the things it knows by name. */
export function report(source, event, args) {
  write({ source, event, args: toWire(args) });
}

/** Runs commands in the order they come; each is answered with its result or its error. */
export function serve(commands) {
  readline.createInterface({ input: process.stdin }).on("line", async (line) => {
    const { id, command, ...parameters } = JSON.parse(line);
    try {
      const result = await commands[command](fromWire(parameters));
      write({ id, result: toWire(result) ?? null });
    } catch (failure) {
      write({ id, error: String(failure?.message ?? failure) });
    }
  });
  // The test is gone: so are we.
  process.stdin.on("end", () => process.exit(0));
  write({ source: "process", event: "ready", args: [] });
}
