package dev.roost.server;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.Command;
import dev.roost.adapter.InMemoryAdapter;
import dev.roost.adapter.NodeDescriptor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Makes adapters of a test's own: alone, with what the test wants to happen at the start. Thread-safe. */
final class FakeAdapters implements AdapterFactory {
    static final String NAME = "fake";
    final List<NodeDescriptor> joined = new CopyOnWriteArrayList<>();
    final List<NodeDescriptor> closed = new CopyOnWriteArrayList<>();
    private final Consumer<NodeDescriptor> starting;

    FakeAdapters(Consumer<NodeDescriptor> starting) {
        this.starting = starting;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<String> keys() {
        return Set.of("known");
    }

    @Override
    public Adapter create(AdapterContext context) {
        return new Fake(context.node(), new InMemoryAdapter(context.node()));
    }

    private final class Fake extends ForwardingAdapter {
        private final NodeDescriptor self;

        Fake(NodeDescriptor self, Adapter alone) {
            super(alone);
            this.self = self;
        }

        @Override
        public void start() {
            starting.accept(self);
            joined.add(self);
        }

        @Override
        public void send(Command command) {}

        @Override
        public void close() {
            closed.add(self);
        }
    }
}
