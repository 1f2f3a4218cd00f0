package dev.roost.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsWriterTest {
    @Test
    void valuesBecomeTheirJson() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1);
        map.put("b", List.of());
        map.put("c", Map.of());
        assertThat(json(null, true, "x", (byte) 1, (short) 2, 3, 4L, 1.5f, -0.25, map, List.of("y", List.of(2))))
                .isEqualTo("[\"e\",null,true,\"x\",1,2,3,4,1.5,-0.25,{\"a\":1,\"b\":[],\"c\":{}},[\"y\",[2]]]");
        assertThat(json(new BigInteger("12345678901234567890"), new BigDecimal("1E+3")))
                .isEqualTo("[\"e\",12345678901234567890,1E+3]");
        assertThat(json()).isEqualTo("[\"e\"]");
        assertThat(json(Collections.singletonList(null))).isEqualTo("[\"e\",[null]]");
    }

    @Test
    void textIsEscapedWhereJsonOrUtf8NeedsIt() {
        assertThat(json("\"\\\n\u0000/ü😀")).isEqualTo("[\"e\",\"\\\"\\\\\\u000a\\u0000/ü😀\"]");
        assertThat(json("\ud83d", "\ude00x", "\ude00\ud83d"))
                .isEqualTo("[\"e\",\"\\ud83d\",\"\\ude00x\",\"\\ude00\\ud83d\"]");
        assertThat(json(Map.of("k\"", 1))).isEqualTo("[\"e\",{\"k\\\"\":1}]");
    }

    @Test
    void buffersAreNumberedInTheirOrder() {
        byte[] first = {1};
        byte[] second = {2};
        Payload payload = ArgumentsWriter.write("e", new Object[] {List.of(first, "x"), second});
        assertThat(text(payload))
                .isEqualTo("[\"e\",[{\"_placeholder\":true,\"num\":0},\"x\"],{\"_placeholder\":true,\"num\":1}]");
        assertThat(payload.attachments()).containsExactly(first, second);
    }

    @Test
    void whatHasNoJsonFormIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> json(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> json(Float.POSITIVE_INFINITY));
        assertThatIllegalArgumentException().isThrownBy(() -> json('c')).withMessageContaining("Character");
        assertThatIllegalArgumentException().isThrownBy(() -> json(Map.of(1, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> json(Map.of("_placeholder", true, "num", 0)));
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        assertThatIllegalArgumentException().isThrownBy(() -> json(circle)).withMessageContaining("128");
        Object[] buffers = IntStream.range(0, 11).mapToObj(i -> new byte[1]).toArray();
        assertThatIllegalArgumentException().isThrownBy(() -> json(buffers)).withMessageContaining("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    void reservedNamesAreRefused(String name) {
        Emission nowhere = new Emission(new Nowhere(), "/", Selection.ALL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> nowhere.emit(name))
                .withMessageContaining(name);
        assertThatIllegalArgumentException().isThrownBy(() -> nowhere.serverSideEmit(name));
    }

    @Test
    void anAdapterThatIsNotThereOrTakesNothingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Emitter.connect("carrier-pigeon", Map.of()))
                .withMessageContaining("carrier-pigeon")
                .withMessageContaining("memory");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Emitter.connect("memory", Map.of("speed", "high")))
                .withMessageContaining("socketio.memory.speed");
        assertThatThrownBy(() -> Emitter.connect("memory", Map.of()))
                .isInstanceOf(AdapterException.class)
                .hasMessageContaining("memory");
    }

    private static String json(@Nullable Object... arguments) {
        return text(ArgumentsWriter.write("e", arguments));
    }

    private static String text(Payload payload) {
        return new String(payload.json(), StandardCharsets.UTF_8);
    }

    private record Nowhere() implements CommandSender {
        @Override
        public void start() {}

        @Override
        public void send(Command command) {
            throw new AssertionError("nothing must be sent");
        }

        @Override
        public void close() {}
    }
}
