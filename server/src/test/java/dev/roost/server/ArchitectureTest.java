package dev.roost.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.Stream;

/** Who may use whom. The arrows between modules are Maven's too; those inside modules are only here. */
@AnalyzeClasses(packages = "dev.roost", importOptions = ArchitectureTest.MainCode.class)
final class ArchitectureTest {
    private static final String[] JDK = {"java..", "javax..", "com.sun.management.."};
    private static final String[] ANNOTATIONS = {"org.jspecify..", "com.google.errorprone.."};
    private static final String[] SPI = {"dev.roost.adapter", "dev.roost.adapter.cluster"};
    private static final String[] CORE = {"dev.roost.core.."};
    private static final String[] SERVER = {"dev.roost.server..", "dev.roost.demo.."};
    private static final String[] REDIS = {"dev.roost.adapter.redis.."};
    private static final String[] HAZELCAST = {"dev.roost.adapter.hazelcast.."};

    /** Neither tests nor what modules share for them. */
    static final class MainCode implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/")
                    && !location.contains("-tck.jar")
                    && !location.contains("-peer.jar")
                    && !location.contains("/tck/");
        }
    }

    private static String[] and(String[]... groups) {
        return Stream.of(groups).flatMap(Arrays::stream).toArray(String[]::new);
    }

    private static ArchRule onlyUses(String[] who, String[]... whom) {
        return classes()
                .that()
                .resideInAnyPackage(who)
                .should()
                .onlyDependOnClassesThat(usable(and(JDK, ANNOTATIONS, who, and(whom))));
    }

    /** Arrays of primitives are of no package. */
    private static DescribedPredicate<JavaClass> usable(String[] packages) {
        return resideInAnyPackage(packages)
                .or(DescribedPredicate.describe(
                        "primitive", type -> type.getBaseComponentType().isPrimitive()));
    }

    @ArchTest
    static final ArchRule THE_SPI_USES_THE_JDK_ONLY = onlyUses(SPI);

    @ArchTest
    static final ArchRule CORE_USES_THE_SPI_AND_JACKSON =
            onlyUses(CORE, SPI, new String[] {"tools.jackson..", "com.fasterxml.jackson.annotation.."});

    @ArchTest
    static final ArchRule REDIS_USES_THE_SPI_LETTUCE_AND_WIRE_FORMATS = onlyUses(
            REDIS, SPI, new String[] {"io.lettuce..", "io.netty..", "reactor..", "org.msgpack..", "tools.jackson.core.."
            });

    @ArchTest
    static final ArchRule HAZELCAST_USES_THE_SPI_AND_HAZELCAST =
            onlyUses(HAZELCAST, SPI, new String[] {"com.hazelcast.."});

    @ArchTest
    static final ArchRule THE_SERVER_USES_CORE_THE_SPI_AND_HELIDON =
            onlyUses(SERVER, CORE, SPI, new String[] {"io.helidon.."});

    @ArchTest
    static final ArchRule ADAPTERS_ARE_FOUND_NOT_IMPORTED = noClasses()
            .that()
            .resideOutsideOfPackages(and(REDIS, HAZELCAST))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(and(REDIS, HAZELCAST));

    @ArchTest
    static final ArchRule NOBODY_IMPORTS_THE_SERVER = noClasses()
            .that()
            .resideOutsideOfPackages(SERVER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SERVER);

    @ArchTest
    static final ArchRule HELIDON_IS_THE_SERVERS_ALONE = noClasses()
            .that()
            .resideOutsideOfPackages(SERVER)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.helidon..");

    @ArchTest
    static final ArchRule THE_ENGINE_KNOWS_NO_SOCKET_IO = noClasses()
            .that()
            .resideInAPackage("dev.roost.core.engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.roost.core.packet..", "dev.roost.core.namespace..", "dev.roost.core.room..");

    @ArchTest
    static final ArchRule ENGINE_PACKETS_USE_NOTHING_OF_CORE = noClasses()
            .that()
            .resideInAPackage("dev.roost.core.engine.packet..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(CORE)
                    .and(DescribedPredicate.not(resideInAnyPackage("dev.roost.core.engine.packet.."))));

    @ArchTest
    static final ArchRule ROOMS_AND_PACKETS_DO_NOT_KNOW_NAMESPACES = noClasses()
            .that()
            .resideInAnyPackage("dev.roost.core.packet..", "dev.roost.core.room..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.roost.core.namespace..");

    @ArchTest
    static final ArchRule PACKAGES_FORM_NO_CYCLE =
            slices().matching("dev.roost.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_THREAD_LOCALS = noClasses().should().dependOnClassesThat(assignableTo(ThreadLocal.class));

    @ArchTest
    static final ArchRule NOTHING_IS_READ_OR_WRITTEN_BY_JAVA_SERIALISATION = noClasses()
            .should()
            .dependOnClassesThat(assignableTo(ObjectInputStream.class).or(assignableTo(ObjectOutputStream.class)))
            .because("sec-D12");

    @ArchTest
    static final ArchRule NO_TYPE_OF_OURS_IS_SERIALISABLE = noClasses()
            .that(DescribedPredicate.not(assignableTo(Throwable.class).or(assignableTo(Enum.class))))
            .and()
            .areNotAnonymousClasses()
            .should()
            .beAssignableTo(Serializable.class)
            .because("sec-D12");
}
