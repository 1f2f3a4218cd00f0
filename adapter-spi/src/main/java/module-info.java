/**
 * What Roost's modules share, and what an adapter to other nodes is made of.
 *
 * <p>To connect nodes over a new medium, implement {@link dev.roost.adapter.cluster.ClusterBus}, wrap it in a {@link
 * dev.roost.adapter.cluster.ClusterAdapter} and offer that through an {@link dev.roost.adapter.AdapterFactory}. The
 * contract tests are in the jar with the classifier {@code tck}.
 */
module dev.roost.adapter {
    requires static com.google.errorprone.annotations;
    requires static transitive org.jspecify;

    exports dev.roost.adapter;
    exports dev.roost.adapter.cluster;

    uses dev.roost.adapter.AdapterFactory;

    provides dev.roost.adapter.AdapterFactory with
            dev.roost.adapter.InMemoryAdapterFactory;
}
