package dev.roost.core.packet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.roost.adapter.Payload;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

@DisplayName("sec-X6: hostile packets")
class PacketFuzzTest {
    private static final String[] SEEDS = {
        "0{\"token\":\"x\"}",
        "0/admin,",
        "1/admin,",
        "2/admin,13[\"hello\",{\"a\":[1,2.5e3,\"x\\u0041\"]},null]",
        "3/admin,13[{\"x\":true}]",
        "4{\"message\":\"x\"}",
        "52-/a,1[\"f\",{\"_placeholder\":true,\"num\":0},[{\"num\":1,\"_placeholder\":true}]]",
        "61-13[{\"_placeholder\":true,\"num\":0}]",
    };

    @Test
    void nothingButAFormatExceptionComesOut() {
        Random random = new Random(42);
        JsonDocuments documents = new JsonDocuments(random);
        int packets = 0;
        for (int i = 0; i < 100_000; i++) {
            String message = SEEDS[random.nextInt(SEEDS.length)];
            String tried = random.nextInt(8) == 0 ? message : documents.mutate(message);
            try {
                packets += decode(tried, random) ? 1 : 0;
            } catch (PacketFormatException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            } catch (RuntimeException | StackOverflowError e) {
                fail("for " + tried, e);
            }
        }
        assertThat(packets).as("some are good").isGreaterThan(10_000);
    }

    /** Decodes a message, gives it the attachments due, and reads all of it. */
    private static boolean decode(String message, Random random) throws PacketFormatException {
        PacketDecoder decoder = new JsonPacketParser().decoder(PacketLimits.DEFAULT, JsonBinding.defaults());
        byte[] utf8 = message.getBytes(UTF_8);
        Packet packet = decoder.text(utf8, 0, utf8.length);
        while (decoder.attachmentsDue()) {
            packet = decoder.binary(new byte[random.nextInt(3)]);
        }
        if (packet instanceof Packet.Event event) {
            read(event.arguments());
        } else if (packet instanceof Packet.Ack ack) {
            read(ack.arguments());
        }
        return packet != null;
    }

    private static void read(Arguments arguments) {
        for (JsonValue value : arguments.toList()) {
            Object object = value.as(Object.class);
            // What was read can be written and read again.
            assertThat(JsonBinding.defaults().value(object).as(Object.class))
                    .usingRecursiveComparison()
                    .isEqualTo(object);
        }
        Payload copy = JsonBinding.defaults().array(arguments.toList().toArray());
        assertThat(Arguments.of(copy, JsonBinding.defaults()).toList()).isEqualTo(arguments.toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5@-[\"a\"]", // sec-K3: digits of all kinds
                "2@[\"a\"]",
                "3@[]",
                "2[\"a\",@]",
                "2[\"a\",-0.@e-@]",
                "2/@",
                "2/@,[\"a\"]",
                "2[\"@\"]",
                "2[\"a\",\"@",
                "2[\"a\",{\"@\":1}]",
                "2[\"a\",[[[[@",
                "7@"
            })
    @DisplayName("sec-K1, K3: work and memory grow with the length of a packet, no faster")
    void memoryIsProportionalToLength(String form) {
        for (String filler :
                new String[] {"9", "0", "a", "\\n", "\\u0041", "\\\"", "[", "1,", "\"\",", "{\"a\":", " "}) {
            long small = allocated(form.replace("@", filler.repeat(1_000)));
            long large = allocated(form.replace("@", filler.repeat(64_000)));
            assertThat(large)
                    .as(filler + " in " + form)
                    .isLessThan(64 * Math.max(small, 64_000))
                    .isLessThan(40L * 64_000 * filler.length() + 100_000);
        }
    }

    /** Bytes this thread allocates to decode a message; what it costs, deterministically enough to compare. */
    private static long allocated(String message) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PacketDecoder decoder = new JsonPacketParser().decoder(PacketLimits.DEFAULT, JsonBinding.defaults());
        byte[] utf8 = message.getBytes(UTF_8);
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            decoder.text(utf8, 0, utf8.length);
        } catch (PacketFormatException expected) {
            // Refused is fine too.
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    @DisplayName("sec-K2: an announced count makes nothing of its size")
    void announcedAttachmentsAreNotAllocated() {
        PacketLimits many = new PacketLimits(1_000, 1_000_000, 128, 1_000, 50_000, 1_024);
        PacketDecoder decoder = new JsonPacketParser().decoder(many, JsonBinding.defaults());
        byte[] utf8 = "51000-[\"a\"]".getBytes(UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try {
            decoder.text(utf8, 0, utf8.length);
            decoder = new JsonPacketParser().decoder(many, JsonBinding.defaults());
            long before = threads.getCurrentThreadAllocatedBytes();
            decoder.text(utf8, 0, utf8.length);
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2_000);
        } catch (PacketFormatException e) {
            fail(e);
        }
    }

    @Test
    void attachmentsAreLimitedInNumber() {
        String header = "53-[\"a\"]";
        assertThat(Wire.decode(new PacketLimits(2, 100, 128, 100, 100, 100), header))
                .containsExactly("!too many attachments");
        assertThat(Wire.decode(new PacketLimits(3, 100, 128, 100, 100, 100), header))
                .isEmpty();
        assertThat(Wire.decode(new PacketLimits(0, 100, 128, 100, 100, 100), "51-[\"a\"]", "b:"))
                .containsExactly("!too many attachments");
    }

    @Test
    void attachmentsAreLimitedInBytes() {
        PacketLimits limits = new PacketLimits(10, 3, 128, 100, 100, 100);
        assertThat(Wire.decode(limits, "52-[\"a\"]", "b:0102", "b:03")).containsExactly("event / -1 a ()");
        assertThat(Wire.decode(limits, "52-[\"a\"]", "b:0102", "b:0304"))
                .containsExactly("!more than 3 bytes of attachments");
        assertThat(Wire.decode(limits, "51-[\"a\"]", "b:01020304"))
                .containsExactly("!more than 3 bytes of attachments");
        assertThat(Wire.decode(limits, "51-[\"a\"]", "b:010203", "51-[\"b\"]", "b:010203"))
                .as("each packet anew")
                .hasSize(2);
    }

    @Test
    void eventNamesAreLimited() {
        PacketLimits limits = new PacketLimits(10, 3, 128, 100, 100, 4);
        assertThat(Wire.decode(limits, "2[\"abcd\"]", "2[\"\\u0061\\n\\\"\u20ac\"]", "2[1234]"))
                .hasSize(3);
        for (String name :
                new String[] {"\"abcde\"", "\"\\u0061\\n\\\"\u20acx\"", "12345", "\"" + "a".repeat(99) + "\""}) {
            assertThat(Wire.decode(limits, "2[" + name + "]")).containsExactly("!event name of more than 4 characters");
        }
    }

    @Test
    @DisplayName("sec-D5: 60,000 keys of one hash code bind as fast as others, more or less")
    void keysOfOneHashCodeBind() {
        List<String> keys = new ArrayList<>(List.of(""));
        for (int i = 0; i < 16; i++) {
            List<String> longer = new ArrayList<>(keys.size() * 2);
            keys.forEach(key -> Collections.addAll(longer, key + "Aa", key + "BB"));
            keys = longer;
        }
        StringBuilder json = new StringBuilder("2[\"a\",{");
        keys.subList(0, 60_000).forEach(key -> json.append('"').append(key).append("\":1,"));
        byte[] utf8 = json.append("\"z\":1}]").toString().getBytes(UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        Map<String, Integer> map;
        try {
            PacketDecoder decoder =
                    new JsonPacketParser().decoder(new PacketLimits(1, 1, 128, 100, 1_000, 10), JsonBinding.defaults());
            Packet.Event event = (Packet.Event) decoder.text(utf8, 0, utf8.length);
            map = event.arguments().get(0, new TypeReference<>() {});
        } catch (PacketFormatException e) {
            throw new AssertionError(e);
        }
        assertThat(map).hasSize(60_001);
        // 60,000 keys in one chain would be 1.8 billion comparisons: tens of seconds.
        assertThat(threads.getCurrentThreadCpuTime() - before).isLessThan(5_000_000_000L);
    }

    @Test
    @DisplayName("sec-D6: names of members are kept nowhere")
    void namesAreNotKept() {
        Map<String, Integer> first = JsonValue.parse("{\"some name\":1}").as(new TypeReference<>() {});
        Map<String, Integer> second = JsonValue.parse("{\"some name\":1}").as(new TypeReference<>() {});
        assertThat(first).isEqualTo(second);
        assertThat(first.keySet().iterator().next())
                .isNotSameAs(second.keySet().iterator().next())
                .isNotSameAs("some name");
    }

    @Test
    void bufferOfTheTransportIsNotKept() throws PacketFormatException {
        byte[] utf8 = "2[\"a\",\"b\"]0{\"c\":1}".getBytes(UTF_8);
        PacketDecoder decoder = new JsonPacketParser().decoder(PacketLimits.DEFAULT, JsonBinding.defaults());
        Packet event = decoder.text(utf8, 0, 10);
        Packet connect = decoder.text(utf8, 10, 8);
        Arrays.fill(utf8, (byte) 0);
        assertThat(Wire.show(event)).isEqualTo("event / -1 a (\"b\")");
        assertThat(Wire.show(connect)).isEqualTo("connect / {\"c\":1}");
    }
}
