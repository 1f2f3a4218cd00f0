package dev.roost.adapter.tck;

import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.cluster.BusEvents;
import dev.roost.adapter.cluster.BusState;
import dev.roost.adapter.cluster.Capabilities;
import dev.roost.adapter.cluster.ClusterBus;
import dev.roost.adapter.cluster.Target;
import dev.roost.adapter.cluster.TtlStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Buses with one fault each, for which the contract must have a rule. */
final class BrokenBuses {
    private BrokenBuses() {}

    /** The contract over a sound network to which a fault is added. */
    abstract static class Contract extends ClusterBusContract {
        private final InMemoryBus.Network network = new InMemoryBus.Network();

        abstract ClusterBus broken(ClusterBus sound);

        @Override
        protected ClusterBus bus(NodeDescriptor self) {
            return broken(network.bus(self.id()));
        }

        @Override
        protected void takeMediumAway() {
            network.takeAway();
        }

        @Override
        protected void bringMediumBack() {
            network.bringBack();
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(1);
        }
    }

    /** What is taken stays. */
    static class GivesStoredValuesTwice extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            TtlStore store = sound.store().orElseThrow();
            return storing(sound, new TtlStore() {
                @Override
                public void put(String key, byte[] value, Duration ttl) {
                    store.put(key, value, ttl);
                }

                @Override
                public Optional<byte[]> take(String key) {
                    Optional<byte[]> value = store.take(key);
                    value.ifPresent(again -> store.put(key, again, Duration.ofMinutes(1)));
                    return value;
                }
            });
        }
    }

    static class NeverForgetsStoredValues extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            TtlStore store = sound.store().orElseThrow();
            return storing(sound, new TtlStore() {
                @Override
                public void put(String key, byte[] value, Duration ttl) {
                    store.put(key, value, Duration.ofHours(1));
                }

                @Override
                public Optional<byte[]> take(String key) {
                    return store.take(key);
                }
            });
        }
    }

    private static ClusterBus storing(ClusterBus sound, TtlStore store) {
        return new Passing(sound) {
            @Override
            public Optional<TtlStore> store() {
                return Optional.of(store);
            }
        };
    }

    static class Drops extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                @Override
                public void send(Target target, byte[] frame) {
                    if (++sent % 100 != 0) {
                        super.send(target, frame);
                    }
                }
            };
        }
    }

    static class Repeats extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                @Override
                public void send(Target target, byte[] frame) {
                    super.send(target, frame);
                    super.send(target, frame);
                }
            };
        }
    }

    static class Reorders extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                private byte @Nullable [] held;

                @Override
                public void send(Target target, byte[] frame) {
                    if (++sent % 100 == 99) {
                        held = frame;
                        return;
                    }
                    super.send(target, frame);
                    if (held != null) {
                        super.send(target, held);
                        held = null;
                    }
                }
            };
        }
    }

    static class SendsEverythingToAll extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                @Override
                public void send(Target target, byte[] frame) {
                    super.send(new Target.All(), frame);
                }
            };
        }
    }

    static class CutsLargeFrames extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                @Override
                public void send(Target target, byte[] frame) {
                    super.send(target, Arrays.copyOf(frame, Math.min(frame.length, 65_536)));
                }
            };
        }
    }

    static class SubscribesLater extends Contract {
        private int made;

        /** The fourth misses the first frame after its start. */
        @Override
        ClusterBus broken(ClusterBus sound) {
            AtomicInteger missed = new AtomicInteger(++made > 3 ? 1 : 0);
            return new Passing(sound) {
                @Override
                public void start(BusEvents events) {
                    super.start(new PassedEvents(events) {
                        @Override
                        public void onFrame(byte[] frame) {
                            if (missed.getAndDecrement() <= 0) {
                                super.onFrame(frame);
                            }
                        }
                    });
                }
            };
        }
    }

    static class HidesGaps extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                @Override
                public void start(BusEvents events) {
                    super.start(new PassedEvents(events) {
                        @Override
                        public void onGap(String reason) {}
                    });
                }
            };
        }
    }

    static class TakesFramesAfterItsClose extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                private boolean closed;

                @Override
                public void send(Target target, byte[] frame) {
                    if (!closed) {
                        super.send(target, frame);
                    }
                }

                @Override
                public void close() {
                    closed = true;
                    super.close();
                }
            };
        }
    }

    static class StaysOpen extends Contract {
        @Override
        ClusterBus broken(ClusterBus sound) {
            return new Passing(sound) {
                @Override
                public void close() {}
            };
        }
    }

    /** Passes everything on. */
    private static class Passing implements ClusterBus {
        int sent;
        private final ClusterBus next;

        Passing(ClusterBus next) {
            this.next = next;
        }

        @Override
        public Capabilities capabilities() {
            return next.capabilities();
        }

        @Override
        public void start(BusEvents events) {
            next.start(events);
        }

        @Override
        public void send(Target target, byte[] frame) {
            next.send(target, frame);
        }

        @Override
        public void close() {
            next.close();
        }
    }

    /** Passes everything on. */
    private static class PassedEvents implements BusEvents {
        private final BusEvents next;

        PassedEvents(BusEvents next) {
            this.next = next;
        }

        @Override
        public void onFrame(byte[] frame) {
            next.onFrame(frame);
        }

        @Override
        public void onGap(String reason) {
            next.onGap(reason);
        }

        @Override
        public void onState(BusState state) {
            next.onState(state);
        }
    }
}
