package io.granary.devnet.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.Devnet;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.RpcClient;
import io.granary.protocol.actor.DataCapParams;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Walks the deals folder of the recordings like {@link ConformanceTest} the one above it. Deals,
 * allocations and what administers miners and sectors are compared.
 */
class DealsConformanceTest {
  @TempDir static Path directory;
  private static final Map<String, Answer> ANSWERS = new LinkedHashMap<>();
  private static Devnet devnet;

  @BeforeAll
  static void liveTheRecordedLife() throws Exception {
    devnet =
        Devnet.start(
            Policies.settings("granary.devnet { production = stepped, profile = 2k }")
                .at(directory, 0),
            new FakeVerifier());
    Provider provider = new Provider(devnet, new RpcClient(devnet));
    new NodeStage(provider).wallet();
    new MessageStage(provider).funding();
    new SealingStage(provider).createMiner();
    AdministrationStage administration = new AdministrationStage(provider);
    administration.keys();
    administration.removedMethods();
    administration.workers();
    administration.reachability();
    administration.withdrawals();
    BatchStage batches = new BatchStage(provider);
    batches.fund(10);
    liveDeals(provider);
    batches.expirations();
    batches.preCommitBatches();
    batches.preCommitAll();
    batches.dataSectors();
    batches.batches();
    batches.terminations();
    administration.owners();
    ANSWERS.putAll(provider.answers());
  }

  private static void liveDeals(Provider provider) throws Exception {
    MarketStage market = new MarketStage(provider);
    market.keys();
    market.money();
    market.rules();
    DataCapStage dataCap = new DataCapStage(market);
    dataCap.grants();
    dataCap.allocationRules();
    long allocation = dataCap.allocated(dataCap.ask(5, 5_256_000));
    long brief = dataCap.allocated(dataCap.ask(5, 521_280));
    provider.ask("deals/StateGetAllocation", dataCap.client, allocation, Provider.HEAD);
    DataCapParams.Ask soon = dataCap.ask(7, 5_256_000);
    long expiring =
        dataCap.allocated(
            new DataCapParams.Ask(
                soon.provider(),
                soon.data(),
                soon.size(),
                soon.termMin(),
                soon.termMax(),
                provider.height() + 30));
    DealLifeStage life = new DealLifeStage(market, dataCap);
    life.published();
    life.activated();
    life.claimed(allocation, brief);
    life.settled();
    dataCap.expiries(expiring, brief);
    life.terminated();
    dataCap.verifierGone();
  }

  @AfterAll
  static void stop() {
    devnet.close();
  }

  @TestFactory
  Stream<DynamicTest> answersAlike_whenAskedAsRecorded() {
    return Recordings.all().keySet().stream()
        .filter(name -> name.startsWith(Recordings.DEALS))
        .map(DealsConformanceTest::test);
  }

  private static DynamicTest test(String name) {
    if (ANSWERS.containsKey(name)) {
      return DynamicTest.dynamicTest(name, () -> compare(name));
    }
    Optional<String> reason = LeftOutDeals.reason(name);
    return DynamicTest.dynamicTest(
        name + " (left out: " + reason.orElse("no reason") + ")",
        () -> assertThat(reason).as("neither asked nor left out").isPresent());
  }

  private static void compare(String name) {
    Comparison.response(
        name, Recordings.get(name), Optional.ofNullable(ANSWERS.get(name)).orElseThrow().body());
  }

  @Test
  void comparesWhatAdministersMinersAndSectors() {
    assertThat(ANSWERS.keySet().stream().filter(name -> name.startsWith(Recordings.DEALS)))
        .hasSizeGreaterThan(300);
  }
}
