package dev.roost.server.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users compile against is what is packed, without anything that only our own build has. */
@Tag("integration")
class UsersCompileIT {
    private static final String APPLICATION = """
        import dev.roost.core.namespace.SocketIo;
        import dev.roost.core.namespace.SocketIoApplication;

        public final class Chat implements SocketIoApplication {
            @Override
            public void configure(SocketIo io) {
                io.onConnection(socket -> {
                    socket.on("say", String.class, (text, ack) -> {
                        io.to("room").emit("said", text);
                        ack.send("ok");
                    });
                    socket.onDisconnect(reason -> io.emit("left", socket.id()));
                });
                io.to("room").emitWithAckAsync("who").thenAccept(replies -> io.emit("here", replies.size()));
            }
        }
        """;

    @TempDir
    Path classes;

    @Test
    void everyWarningOnAndNoneGiven() throws Exception {
        String jar = System.getProperty("roost.jar");
        assertThat(jar).as("roost.jar, which Failsafe sets").isNotNull();
        assertThat(Path.of(jar)).exists();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, Locale.ROOT, UTF_8)) {
            List<String> options = List.of("-Xlint:all,-path", "-proc:none", "-cp", jar, "-d", classes.toString());

            boolean compiled = compiler.getTask(null, files, found, options, null, List.of(new Source("Chat")))
                    .call();

            assertThat(found.getDiagnostics())
                    .extracting((Diagnostic<?> one) -> one.getMessage(Locale.ROOT))
                    .isEmpty();
            assertThat(compiled).isTrue();
        }
        assertThat(Files.exists(classes.resolve("Chat.class"))).isTrue();
    }

    /** Immutable. */
    private static final class Source extends SimpleJavaFileObject {
        Source(String name) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return APPLICATION;
        }
    }
}
