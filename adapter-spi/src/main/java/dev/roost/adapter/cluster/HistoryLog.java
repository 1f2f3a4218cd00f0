package dev.roost.adapter.cluster;

import java.util.List;

/** A durable, totally ordered log of frames. Thread-safe; methods may block. */
public interface HistoryLog {
    /** Appends a frame and returns its position. */
    String append(byte[] frame);

    /** Returns at most {@code max} frames after a position, oldest first. */
    List<Entry> after(String position, int max);

    /** One frame of the log. */
    record Entry(String position, byte[] frame) {}
}
