package dev.roost.adapter.tck;

import dev.roost.adapter.Adapter;
import dev.roost.adapter.AdapterContext;
import dev.roost.adapter.AdapterFactory;
import dev.roost.adapter.Command;
import dev.roost.adapter.Gathered;
import dev.roost.adapter.NodeDescriptor;
import dev.roost.adapter.NodeId;
import dev.roost.adapter.Payload;
import dev.roost.adapter.Selection;
import dev.roost.adapter.SocketSnapshot;
import dev.roost.adapter.cluster.ClusterOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Adapters with one fault each, for which the contract must have a rule. */
final class BrokenAdapters {
    private BrokenAdapters() {}

    /** The contract over sound adapters to which a fault is added. */
    abstract static class Contract extends AdapterContract {
        private final InMemoryBusFactory sound = new InMemoryBusFactory(ClusterOptions.DEFAULT.withHeartbeat(
                Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofMillis(50)));

        abstract Adapter broken(Adapter sound, AdapterContext context);

        @Override
        protected AdapterFactory factory() {
            return new AdapterFactory() {
                @Override
                public String name() {
                    return sound.name();
                }

                @Override
                public Set<String> keys() {
                    return sound.keys();
                }

                @Override
                public Adapter create(AdapterContext context) {
                    return broken(sound.create(context), context);
                }
            };
        }

        @Override
        protected Map<String, String> settings(String cluster, NodeId node) {
            return Map.of("network", cluster);
        }

        @Override
        protected Duration patience() {
            return Duration.ofSeconds(1);
        }
    }

    static class Drops extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public void send(Command command) {
                    if (++sent % 100 != 0) {
                        super.send(command);
                    }
                }
            };
        }
    }

    static class Repeats extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public void send(Command command) {
                    super.send(command);
                    if (!command.namespace().equals("/mark")) {
                        super.send(command);
                    }
                }
            };
        }
    }

    static class Reorders extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                private @Nullable Command held;

                @Override
                public void send(Command command) {
                    if (++sent % 100 == 99) {
                        held = command;
                        return;
                    }
                    super.send(command);
                    if (held != null) {
                        super.send(held);
                        held = null;
                    }
                }
            };
        }
    }

    static class EchoesToItself extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public void send(Command command) {
                    super.send(command);
                    if (!command.namespace().equals("/mark")) {
                        context.local().apply(command);
                    }
                }
            };
        }
    }

    /** Changes every event. */
    abstract static class Changes extends Contract {
        abstract Command.Broadcast change(Command.Broadcast event);

        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public void send(Command command) {
                    boolean ours = command instanceof Command.Broadcast
                            && !command.namespace().equals("/mark");
                    super.send(ours ? change((Command.Broadcast) command) : command);
                }
            };
        }
    }

    static class ForgetsFlags extends Changes {
        @Override
        Command.Broadcast change(Command.Broadcast event) {
            Selection plain =
                    new Selection(event.selection().rooms(), event.selection().except(), Selection.Flags.NONE);
            return new Command.Broadcast(event.namespace(), plain, event.arguments());
        }
    }

    static class ForgetsExceptions extends Changes {
        @Override
        Command.Broadcast change(Command.Broadcast event) {
            Selection plain = new Selection(
                    event.selection().rooms(), Set.of(), event.selection().flags());
            return new Command.Broadcast(event.namespace(), plain, event.arguments());
        }
    }

    static class MixesNamespaces extends Changes {
        @Override
        Command.Broadcast change(Command.Broadcast event) {
            return new Command.Broadcast("/", event.selection(), event.arguments());
        }
    }

    static class LosesBuffers extends Changes {
        @Override
        Command.Broadcast change(Command.Broadcast event) {
            return new Command.Broadcast(
                    event.namespace(),
                    event.selection(),
                    Payload.of(event.arguments().json()));
        }
    }

    static class AnswersOnlyWhenTheTimeIsUp extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public CompletionStage<Gathered<Payload>> broadcastWithAck(
                        Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
                    CompletionStage<Gathered<Payload>> result = super.broadcastWithAck(broadcast, timeout, onAck);
                    CompletableFuture<Gathered<Payload>> late = new CompletableFuture<>();
                    context.scheduler().schedule(() -> result.thenAccept(late::complete), timeout);
                    return late;
                }
            };
        }
    }

    static class CountsAcksTwice extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public CompletionStage<Gathered<Payload>> broadcastWithAck(
                        Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
                    return super.broadcastWithAck(broadcast, timeout, onAck).thenApply(Passing::twice);
                }
            };
        }
    }

    static class HidesWhoIsMissing extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public CompletionStage<Gathered<SocketSnapshot>> fetch(
                        String namespace, Selection selection, Duration timeout) {
                    return super.fetch(namespace, selection, timeout)
                            .thenApply(answer -> new Gathered<>(answer.values(), Set.of(), true));
                }
            };
        }
    }

    static class DescribesSocketsTwice extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                @Override
                public CompletionStage<Gathered<SocketSnapshot>> fetch(
                        String namespace, Selection selection, Duration timeout) {
                    return super.fetch(namespace, selection, timeout).thenApply(Passing::twice);
                }
            };
        }
    }

    static class NeverForgetsANode extends Contract {
        @Override
        Adapter broken(Adapter sound, AdapterContext context) {
            return new Passing(sound) {
                private final Set<NodeDescriptor> seen = ConcurrentHashMap.newKeySet();

                @Override
                public Set<NodeDescriptor> nodes() {
                    seen.addAll(super.nodes());
                    return Set.copyOf(seen);
                }
            };
        }
    }

    /** Passes everything on. */
    private static class Passing implements Adapter {
        int sent;
        private final Adapter next;

        Passing(Adapter next) {
            this.next = next;
        }

        static <T> Gathered<T> twice(Gathered<T> once) {
            List<T> values = new ArrayList<>(once.values());
            values.addAll(once.values());
            return new Gathered<>(values, once.missing(), once.complete());
        }

        @Override
        public void start() {
            next.start();
        }

        @Override
        public Set<NodeDescriptor> nodes() {
            return next.nodes();
        }

        @Override
        public void send(Command command) {
            next.send(command);
        }

        @Override
        public CompletionStage<Gathered<Payload>> broadcastWithAck(
                Command.Broadcast broadcast, Duration timeout, Consumer<Payload> onAck) {
            return next.broadcastWithAck(broadcast, timeout, onAck);
        }

        @Override
        public CompletionStage<Gathered<SocketSnapshot>> fetch(
                String namespace, Selection selection, Duration timeout) {
            return next.fetch(namespace, selection, timeout);
        }

        @Override
        public CompletionStage<Gathered<Payload>> serverSideEmitWithAck(Command.ServerSideEmit emit, Duration timeout) {
            return next.serverSideEmitWithAck(emit, timeout);
        }

        @Override
        public void close() {
            next.close();
        }
    }
}
