package dev.roost.server.reactor;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Notices on a loop that a blocking channel has something to read or is at its end, without reading.
 *
 * <p>For a GET that hangs: Helidon would not see its client go away. While watched the channel is non-blocking, so
 * nobody may read or write it; {@link #stop} makes it blocking again.
 *
 * <p>Confined to the loop, but for {@link #start} and {@link #stop}.
 */
public final class ReadWatch implements ChannelHandler {
    private final Reactor loop;
    private final SocketChannel channel;
    private final Runnable onReadable;
    private @Nullable SelectionKey key;
    private boolean stopped;

    private ReadWatch(Reactor loop, SocketChannel channel, Runnable onReadable) {
        this.loop = loop;
        this.channel = channel;
        this.onReadable = onReadable;
    }

    /**
     * Starts to watch. From any thread.
     *
     * @param onReadable called at most once, on the loop; also if the channel cannot be watched since it is closed
     */
    public static ReadWatch start(Reactor loop, SocketChannel channel, Runnable onReadable) {
        ReadWatch watch = new ReadWatch(loop, channel, onReadable);
        loop.execute(watch::register);
        return watch;
    }

    /**
     * Ends the watch; when the result is complete the channel is blocking again, or closed. From any thread.
     *
     * <p>Not to be waited for on a loop.
     */
    public CompletableFuture<Void> stop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            stopped = true;
            cancel();
            loop.afterSelect(() -> {
                restore();
                done.complete(null);
            });
        });
        return done;
    }

    @Override
    public void ready(SelectionKey ready) {
        cancel();
        fire();
    }

    @Override
    public void abort() {
        cancel();
    }

    private void register() {
        if (stopped) {
            return;
        }
        try {
            channel.configureBlocking(false);
            key = loop.watch(channel, this);
        } catch (IOException e) {
            fire();
        }
    }

    private void fire() {
        if (!stopped) {
            stopped = true;
            onReadable.run();
        }
    }

    private void cancel() {
        SelectionKey present = key;
        if (present != null) {
            present.cancel();
            key = null;
        }
    }

    private void restore() {
        try {
            if (channel.isOpen()) {
                channel.configureBlocking(true);
            }
        } catch (IOException e) {
            // closed in between: whoever uses it next finds out
            stopped = true;
        }
    }
}
