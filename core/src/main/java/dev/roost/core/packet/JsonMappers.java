package dev.roost.core.packet;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Date;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/** Sets Jackson up. */
final class JsonMappers {
    /** Formats as {@code Date.prototype.toISOString} of browsers. */
    static final DateTimeFormatter MILLISECONDS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private JsonMappers() {}

    /**
     * The mapper of the default binding.
     *
     * <p>No table of names is shared between packets, so no client can fill one (security D6). What a client sends was
     * held to the limits before; the ones here only have to be wider.
     */
    static JsonMapper defaults() {
        JsonFactory factory = JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(PacketLimits.DEEPEST)
                        .maxNumberLength(JsonValue.RELAXED.maxNumberLength())
                        .maxNameLength(JsonValue.RELAXED.maxNameLength())
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(PacketLimits.DEEPEST)
                        .build())
                .build();
        return JsonMapper.builder(factory)
                .addModule(new SimpleModule("roost-dates")
                        .addSerializer(Instant.class, new InstantText())
                        .addSerializer(Date.class, new DateText()))
                .addModule(new SimpleModule("roost-text").addDeserializer(String.class, new TextReader()))
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .build();
    }

    /** Lets raw values stand inside Java values. */
    static JacksonModule rawValues(JsonBinding binding) {
        return new SimpleModule("roost-raw-values")
                .addSerializer(JsonValue.class, new RawWriter<>(JsonValue::writeTo))
                .addSerializer(Arguments.class, new RawWriter<>(Arguments::writeTo))
                .addDeserializer(JsonValue.class, new RawReader(binding));
    }

    /** Jackson would make text of a buffer. */
    private static final class TextReader extends StringDeserializer {
        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) {
            return parser.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT)
                    ? (String) context.handleUnexpectedToken(context.constructType(String.class), parser)
                    : super.deserialize(parser, context);
        }
    }

    private static final class InstantText extends ValueSerializer<Instant> {
        @Override
        public void serialize(Instant value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(MILLISECONDS.format(value));
        }
    }

    private static final class DateText extends ValueSerializer<Date> {
        @Override
        public void serialize(Date value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(MILLISECONDS.format(Instant.ofEpochMilli(value.getTime())));
        }
    }

    private static final class RawWriter<T> extends ValueSerializer<T> {
        private final BiConsumer<T, JsonOutput> writing;

        RawWriter(BiConsumer<T, JsonOutput> writing) {
            this.writing = writing;
        }

        @Override
        public void serialize(T value, JsonGenerator generator, SerializationContext context) {
            if (generator instanceof AttachmentGenerator target) {
                target.writeRaw(part -> writing.accept(value, part));
            } else {
                context.reportMappingProblem("raw JSON cannot be kept aside in another form");
            }
        }
    }

    private static final class RawReader extends ValueDeserializer<JsonValue> {
        private final JsonBinding binding;

        RawReader(JsonBinding binding) {
            this.binding = binding;
        }

        @Override
        public JsonValue deserialize(JsonParser parser, DeserializationContext context) {
            return binding.raw(parser);
        }

        @Override
        public JsonValue getNullValue(DeserializationContext context) {
            return JsonBinding.NULL;
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return JsonBinding.NULL;
        }
    }
}
