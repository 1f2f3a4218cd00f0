// What a test can have a stock client do, in Node.js and in a browser.

/**
 * The commands: `load` gives the client, or a parser, of that name; `report` tells the test what happened to a socket.
 */
export function socketCommands(load, report) {
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
    // open is also emitted after each reconnection, with a new engine
    manager.on("open", () => {
      report(name, "$open", [manager.engine.transport.name]);
      manager.engine.on("upgrade", (transport) => report(name, "$upgrade", [transport.name]));
    });
  }

  return {
    connect({ socket: name, client, url, options, parser }) {
      const loaded = load(client);
      const connect = loaded.io ?? loaded; // clients before 3.0 export the function itself
      // auth is called query in clients before 3.0
      const all = { forceNew: true, reconnectionDelay: 100, query: options.auth, ...options, autoConnect: false };
      if (parser) all.parser = load(parser);
      const socket = connect(url, all);
      watch(name, socket);
      watchEngine(name, socket.io);
      socket.connect();
    },
    of({ socket: name, from, namespace, auth }) {
      const socket = socketOf(from).io.socket(namespace, { auth, query: auth });
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
    // From now on the event is acknowledged with the arguments it brings.
    answer({ socket, event }) {
      socketOf(socket).on(event, (...received) => {
        const ack = received.pop();
        ack(...received);
      });
    },
    disconnect({ socket }) {
      socketOf(socket).disconnect();
    },
    // Where it connects to from the next time on.
    moveTo({ socket, url }) {
      socketOf(socket).io.uri = url;
    },
    // Ends its connection, as a network would: the client tries again by itself.
    cut({ socket }) {
      socketOf(socket).io.engine.close();
    },
    recovered({ socket }) {
      return socketOf(socket).recovered;
    },
    transport({ socket }) {
      return socketOf(socket).io.engine.transport.name;
    },
    // Ends all of them for good.
    forget() {
      for (const socket of sockets.values()) {
        socket.io.reconnection(false);
        socket.disconnect();
        socket.io.engine?.close();
      }
      sockets.clear();
    },
  };
}
