// Runs stock Socket.IO clients for a test.
import { createRequire } from "node:module";
import { report, serve } from "./lines.mjs";
import { socketCommands } from "./sockets.mjs";

serve(socketCommands(createRequire(import.meta.url), report));
