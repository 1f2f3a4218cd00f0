/** Engine.IO and Socket.IO: sessions, packets, rooms and namespaces; no HTTP and no sockets. */
module dev.roost.core {
    requires transitive dev.roost.adapter;
    requires transitive tools.jackson.core;
    requires transitive tools.jackson.databind;
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;

    exports dev.roost.core.engine;
    exports dev.roost.core.engine.packet;
    exports dev.roost.core.log;
    exports dev.roost.core.namespace;
    exports dev.roost.core.packet;

    uses dev.roost.core.namespace.SocketIoApplication;
}
