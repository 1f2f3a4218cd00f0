// Runs stock Socket.IO clients for a test.
import { createRequire } from "node:module";
import { report, serve } from "./lines.mjs";

const require = createRequire(import.meta.url);
const sockets = new Map();

function socketOf(name) {
  const socket = sockets.get(name);
  if (!socket) throw new Error(`no socket is called ${name}`);
  return socket;
}

/** Reports all that reaches the application, in order; works with every client since 2.0. */
function watch(name, socket) {
  sockets.set(name, socket);
  socket.on("connect", () => report(name, "$connect", [socket.id]));
  socket.on("connect_error", (failure) => report(name, "$connect_error", [failure]));
  socket.on("error", (failure) => report(name, "$error", [failure])); // a refusal, in clients before 3.0
  socket.on("disconnect", (reason) => report(name, "$disconnect", [reason]));
  const dispatch = socket.onevent;
  socket.onevent = function (packet) {
    report(name, packet.data[0], packet.data.slice(1));
    dispatch.call(this, packet);
  };
}

function watchEngine(name, manager) {
  const follow = () => manager.engine.on("upgrade", (transport) => report(name, "$upgrade", [transport.name]));
  // open is also emitted after each reconnection, with a new engine
  manager.on("open", () => {
    report(name, "$open", [manager.engine.transport.name]);
    follow();
  });
  manager.on("reconnect", () => report(name, "$reconnect", []));
}

serve({
  connect({ socket: name, client, url, options, parser }) {
    const { io } = require(client);
    const connect = io ?? require(client); // clients before 3.0 export the function itself
    const all = { forceNew: true, ...options };
    if (parser) all.parser = require(parser);
    const socket = connect(url, { ...all, autoConnect: false });
    watch(name, socket);
    watchEngine(name, socket.io);
    socket.connect();
  },
  of({ socket: name, from, namespace, auth }) {
    const socket = socketOf(from).io.socket(namespace, { auth });
    watch(name, socket);
    socket.connect();
  },
  emit({ socket, event, args }) {
    socketOf(socket).emit(event, ...args);
  },
  request({ socket, event, args, timeout }) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no ack of ${event} within ${timeout} ms`)), timeout);
      socketOf(socket).emit(event, ...args, (...answer) => {
        clearTimeout(late);
        resolve(answer);
      });
    });
  },
  // From now on the event is acknowledged: with these arguments, or else with those it brings.
  answer({ socket, event, args }) {
    socketOf(socket).on(event, (...received) => {
      const ack = received.pop();
      ack(...(args ?? received));
    });
  },
  disconnect({ socket }) {
    socketOf(socket).disconnect();
  },
  reconnect({ socket }) {
    socketOf(socket).connect();
  },
  // As if the network failed: the client notices at once and reconnects.
  breakConnection({ socket }) {
    socketOf(socket).io.engine.close();
  },
  state({ socket }) {
    const one = socketOf(socket);
    return { connected: one.connected, id: one.id, transport: one.io.engine?.transport?.name };
  },
});
