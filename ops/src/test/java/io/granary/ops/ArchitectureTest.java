package io.granary.ops;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Who may depend on whom, and what may be called where (docs/architecture.md). */
@AnalyzeClasses(
    packages = "io.granary",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeTestJars.class
    })
class ArchitectureTest {
  private static final String BASE = "io.granary.";

  /** Fixtures that modules share are jars of their own in a packaged build. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule protocolKnowsNoSiblingAndNoFramework =
      noClasses()
          .that()
          .resideInAPackage(BASE + "protocol..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              BASE + "persistence..",
              BASE + "sharding..",
              BASE + "prover..",
              BASE + "bridge..",
              BASE + "devnet..",
              BASE + "ops..",
              "akka..",
              "io.libp2p..",
              "com.datastax..");

  @ArchTest
  static final ArchRule persistenceDependsOnlyOnProtocol =
      siblingsOf("persistence", "sharding", "prover", "bridge", "devnet");

  @ArchTest
  static final ArchRule shardingDependsOnlyOnProtocol =
      siblingsOf("sharding", "persistence", "prover", "bridge", "devnet");

  @ArchTest
  static final ArchRule proverDependsOnlyOnProtocol =
      siblingsOf("prover", "persistence", "sharding", "bridge", "devnet");

  @ArchTest
  static final ArchRule bridgeDependsOnlyOnProtocol =
      siblingsOf("bridge", "persistence", "sharding", "prover", "devnet");

  @ArchTest
  static final ArchRule devnetDependsOnlyOnProtocol =
      siblingsOf("devnet", "persistence", "sharding", "prover", "bridge");

  @ArchTest
  static final ArchRule nothingDependsOnOps =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + "ops..", BASE + "bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BASE + "ops..");

  @ArchTest
  static final ArchRule theCassandraDriverStaysInPersistence =
      noClasses()
          .that()
          .resideOutsideOfPackage(BASE + "persistence..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.datastax..");

  @ArchTest
  static final ArchRule clusterShardingStaysInShardingAndOps =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + "sharding..", BASE + "ops..", BASE + "bench..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("akka.cluster.sharding..");

  @ArchTest
  static final ArchRule wireClassesOnlyInCodecs =
      noClasses()
          .that()
          .resideOutsideOfPackages("..codec..", "..wire..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..wire..");

  @ArchTest
  static final ArchRule vocabularyInterfacesAreSealed =
      classes()
          .that()
          .areInterfaces()
          .and()
          .haveNameMatching(".*(Command|Event|State|Reply)")
          .should(beSealed());

  @ArchTest
  static final ArchRule noWallClockOrChanceInProtocolAndSharding =
      noClasses()
          .that()
          .resideInAnyPackage(BASE + "protocol..", BASE + "sharding..")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Clock.class, "systemUTC")
          .orShould()
          .callMethod(java.time.Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.concurrent.ThreadLocalRandom.class);

  @ArchTest
  static final ArchRule shardingNeverBlocks =
      noClasses()
          .that()
          .resideInAPackage(BASE + "sharding..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(java.util.concurrent.Future.class, "get")
          .orShould()
          .callMethod(java.util.concurrent.CompletableFuture.class, "join")
          .orShould()
          .callMethod(java.util.concurrent.CompletableFuture.class, "get");

  @ArchTest
  static final ArchRule onlyTheCommandLineWritesToStandardOutput =
      noClasses()
          .that()
          .resideOutsideOfPackages(BASE + "ops.cli..", BASE + "bench..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("java.util.logging..");

  @ArchTest
  static final ArchRule configurationIsReadOnlyBySettings =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Settings")
          .and()
          .areTopLevelClasses()
          .and()
          .resideOutsideOfPackage(BASE + "ops..")
          .and()
          // Akka makes it and hands it its section, which it hands on to its settings.
          .doNotHaveFullyQualifiedName(BASE + "sharding.EntityExecutor")
          .should()
          .dependOnClassesThat(resideInAPackage("com.typesafe.config.."));

  @ArchTest
  static final ArchRule noCyclesInProtocol =
      slices().matching(BASE + "protocol.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInSharding =
      slices().matching(BASE + "sharding.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInProver =
      slices().matching(BASE + "prover.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInPersistence =
      slices().matching(BASE + "persistence.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInDevnet =
      slices().matching(BASE + "devnet.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInOps =
      slices().matching(BASE + "ops.(*)..").should().beFreeOfCycles();

  private static ArchRule siblingsOf(String module, String... others) {
    String[] packages = new String[others.length];
    for (int i = 0; i < others.length; i++) {
      packages[i] = BASE + others[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage(BASE + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages);
  }

  private static ArchCondition<JavaClass> beSealed() {
    return new ArchCondition<>("be sealed") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean isSealed = type.reflect().isSealed();
        events.add(
            new SimpleConditionEvent(
                type, isSealed, type.getName() + (isSealed ? " is" : " is not") + " sealed"));
      }
    };
  }
}
