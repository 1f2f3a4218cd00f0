/** Engine.IO and Socket.IO: sessions, packets, rooms and namespaces; no HTTP and no sockets. */
module dev.roost.core {
    requires transitive dev.roost.adapter;
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;

    exports dev.roost.core.engine;
    exports dev.roost.core.engine.packet;
}
