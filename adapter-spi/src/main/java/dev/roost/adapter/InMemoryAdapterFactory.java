package dev.roost.adapter;

import java.util.Set;

/** Makes {@link InMemoryAdapter}s, under the name {@code memory}. Immutable. */
public final class InMemoryAdapterFactory implements AdapterFactory {
    /** For {@link java.util.ServiceLoader}. */
    public InMemoryAdapterFactory() {}

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Set<String> keys() {
        return Set.of();
    }

    @Override
    public Adapter create(AdapterContext context) {
        return new InMemoryAdapter(context.node());
    }
}
