package dev.roost.adapter.cluster;

/** What a backend reports. Thread-safe; no method ever blocks, so transport threads may call. */
public interface BusEvents {
    /** A frame arrived. The array belongs to the receiver from now on. */
    void onFrame(byte[] frame);

    /** Frames may have been lost, for example because the connection was made anew. */
    void onGap(String reason);

    /** The state of the connection changed. */
    void onState(BusState state);
}
