package dev.roost.adapter;

/** Another node that started earlier has the same id; draw a new one. */
public final class NodeIdTakenException extends AdapterException {
    private static final long serialVersionUID = 1L;

    public NodeIdTakenException(NodeId id) {
        super("node id " + id + " is taken by a node that started earlier");
    }
}
