// One Node.js server of a cluster, with stock clients of its own, for a test.
import { createServer } from "node:http";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { report, serve } from "./lines.mjs";

const clients = new Map();
const answers = new Map();
let io;
let url;
let redis;

async function connected(uri) {
  const client = createClient({ url: uri, socket: { reconnectStrategy: () => 100 } });
  client.on("error", () => {}); // Redis may be gone for a while; the client connects again
  await client.connect();
  return client;
}

/** Applies rooms, exceptions and flags to a namespace or an emitter. */
function selected(target, { rooms = [], except = [], flags = {} }) {
  let chain = target;
  for (const room of rooms) chain = chain.to(room);
  if (except.length > 0) chain = chain.except(except);
  if (flags.volatile) chain = chain.volatile;
  if ("compress" in flags) chain = chain.compress(flags.compress);
  if (flags.local) chain = chain.local;
  if (flags.timeout) chain = chain.timeout(flags.timeout);
  return chain;
}

function adapterOf(namespace) {
  return io.of(namespace).adapter;
}

serve({
  async start({ mode, uri, options = {}, server = {}, namespaces = [] }) {
    redis = await connected(uri);
    const adapter = {
      node: async () => createAdapter(redis, await connected(uri), options),
      "node-sharded": async () => createShardedAdapter(redis, await connected(uri), options),
      "node-streams": async () => createStreamsAdapter(redis, options),
    }[mode];
    const http = createServer();
    io = new Server(http, { adapter: await adapter(), transports: ["websocket"], ...server });
    for (const name of ["/", ...namespaces]) {
      const namespace = io.of(name);
      namespace.on("connection", (socket) => {
        socket.on("data", (data, done) => done(Object.assign(socket.data, data) && null));
        socket.on("join", async (room, done) => done(await socket.join(room)));
      });
      // What other servers say to this one; only registered events have listeners, so all are taken here.
      const dispatch = namespace._onServerSideEmit;
      namespace._onServerSideEmit = function (args) {
        const ack = typeof args.at(-1) === "function" ? args.at(-1) : undefined;
        report("server " + name, args[0], ack ? args.slice(1, -1) : args.slice(1));
        if (ack && answers.has(args[0])) ack(...answers.get(args[0]));
        dispatch.call(this, args);
      };
    }
    await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${http.address().port}`;
    return url;
  },
  /** Connects a stock client to this server, or to another. */
  async client({ client: name, namespace = "/", at = url, options = {} }) {
    const socket = connect(at + namespace, { forceNew: true, transports: ["websocket"], ...options });
    clients.set(name, socket);
    const dispatch = socket.onevent;
    socket.onevent = function (packet) {
      report(name, packet.data[0], packet.data.slice(1));
      dispatch.call(this, packet);
    };
    socket.on("disconnect", (reason) => report(name, "$disconnect", [reason]));
    await new Promise((resolve, reject) => {
      socket.on("connect", resolve);
      socket.on("connect_error", reject);
    });
    return socket.id;
  },
  request({ client, event, args = [] }) {
    return clients.get(client).timeout(5000).emitWithAck(event, ...args);
  },
  emitFrom({ client, event, args = [] }) {
    clients.get(client).emit(event, ...args);
  },
  /** From now on this client acknowledges the event with these values. */
  acknowledge({ client, event, args }) {
    clients.get(client).on(event, (...received) => received.pop()(...args));
  },
  leave({ client }) {
    clients.get(client).disconnect();
  },
  breakConnection({ client }) {
    clients.get(client).io.engine.close();
  },
  url() {
    return url;
  },
  /** Ends a client's connection, as a network would, and keeps it from trying again; returns its secret. */
  cut({ client }) {
    const socket = clients.get(client);
    socket.io.reconnection(false);
    socket.io.engine.close();
    return socket._pid;
  },
  /** Has it connect once more, to a server of any kind. */
  async comeBack({ client, at }) {
    const socket = clients.get(client);
    socket.io.uri = at;
    socket.connect();
    await new Promise((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", reject);
    });
    return { id: socket.id, recovered: socket.recovered };
  },
  emit({ namespace = "/", event, args = [], ...selection }) {
    selected(io.of(namespace), selection).emit(event, ...args);
  },
  async emitWithAck({ namespace = "/", event, args = [], ...selection }) {
    try {
      return { responses: await selected(io.of(namespace), selection).emitWithAck(event, ...args) };
    } catch (failure) {
      return { error: failure.message, responses: failure.responses };
    }
  },
  async fetch({ namespace = "/", ...selection }) {
    const sockets = await selected(io.of(namespace), selection).fetchSockets();
    return sockets.map(({ id, handshake, rooms, data }) => ({ id, handshake, rooms: [...rooms], data }));
  },
  join({ namespace = "/", joined, ...selection }) {
    selected(io.of(namespace), selection).socketsJoin(joined);
  },
  depart({ namespace = "/", left, ...selection }) {
    selected(io.of(namespace), selection).socketsLeave(left);
  },
  disconnect({ namespace = "/", close, ...selection }) {
    selected(io.of(namespace), selection).disconnectSockets(close);
  },
  serverSideEmit({ namespace = "/", event, args = [] }) {
    io.of(namespace).serverSideEmit(event, ...args);
  },
  async serverSideEmitWithAck({ namespace = "/", event, args = [] }) {
    try {
      return { responses: await io.of(namespace).serverSideEmitWithAck(event, ...args) };
    } catch (failure) {
      return { error: failure.message, responses: failure.responses };
    }
  },
  /** From now on this server answers such an event of another. */
  answer({ event, args }) {
    answers.set(event, args);
  },
  serverCount({ namespace = "/" }) {
    return adapterOf(namespace).serverCount();
  },
  async allRooms({ namespace = "/" }) {
    return [...(await adapterOf(namespace).allRooms())];
  },
  async rooms({ namespace = "/" }) {
    return [...adapterOf(namespace).rooms.keys()];
  },
  /** Says something as an emitter, which is no server. */
  emitter({ options = {}, namespace, operation, parameters, ...selection }) {
    const emitter = new Emitter(redis, options);
    const target = selected(namespace ? emitter.of(namespace) : emitter, selection);
    target[operation](...parameters);
  },
  async close() {
    await io.close();
  },
});
