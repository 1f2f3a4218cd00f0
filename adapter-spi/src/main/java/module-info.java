/** The seams of the cluster: values that cross modules, the adapter, and what a backend implements. */
module dev.roost.adapter {
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;

    exports dev.roost.adapter;
    exports dev.roost.adapter.cluster;
}
