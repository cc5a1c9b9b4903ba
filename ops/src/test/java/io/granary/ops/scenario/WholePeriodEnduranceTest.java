package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.state.LedgerCause;
import io.granary.devnet.state.MinerLedger;
import io.granary.ops.cluster.ChainRecord;
import io.granary.ops.node.PreSealing;
import io.granary.ops.scenario.PeriodPlan.Fault;
import io.granary.ops.scenario.PeriodPlan.Outcome;
import io.granary.ops.scenario.PeriodPlan.Window;
import io.granary.ops.scenario.ProvenWindows.Landed;
import io.granary.protocol.Bytes;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.bitfield.BitField;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole proving period: 48 deadlines with two partitions each, 192 genesis sectors that were
 * really sealed, every window PoSt really proven and verified. Files are damaged before and during
 * it as {@link PeriodPlan} draws from a seed; some are mended in time, some are mended and declared
 * recovered, some are damaged when their window has passed. No partition is missed, exactly the
 * damaged sectors are skipped, and the chain's ledger holds exactly their penalties.
 *
 * <p>Recoveries are declared with the provider's key by somebody else than the node, as an operator
 * may: sectors of genesis have no history in the node that would make it read them again (that
 * story is {@link SectorLifeScenarioTest}). The node finds the recoveries on chain, proves them,
 * and gets along with the nonces that were taken from it.
 *
 * <p>From a challenge to its window's close the chain lets the time pass that its epochs say. Once
 * the partitions of a window are proven, the rest of it is passed over with null rounds.
 *
 * <p>Another seed: {@code -Dgranary.endurance.seed=N}. On a slow or busy machine, longer epochs:
 * {@code -Dgranary.endurance.block-time=2s}.
 */
class WholePeriodEnduranceTest {
  private static final Logger LOG = LoggerFactory.getLogger(WholePeriodEnduranceTest.class);
  private static final long SEED = Long.getLong("granary.endurance.seed", 4);
  private static final String BLOCK_TIME = System.getProperty("granary.endurance.block-time", "1s");
  private static final long WINDOW_EPOCHS = 30;
  private static final long LOOKBACK_EPOCHS = 8;

  /** For the receipts of the last window, and for what a node does when a run ends. */
  private static final long SETTLE_EPOCHS = 8;

  /** A head that stands still this long will not move again. */
  private static final Duration STALLED = Duration.ofMinutes(1);

  /**
   * What a sector is charged at each deadline's end at which it is faulty: its expected reward of
   * 10,108 epochs (chain.md 5.5), 759 attoFIL a byte and epoch (devnet's README, Money).
   */
  private static final BigInteger FAULT_FEE = BigInteger.valueOf(2048L * 759 * 10_108);

  private static final String MINER = "/v1/miners/" + PreSealing.MINER;

  @TempDir Path folder;
  private ProvingStage stage;
  private PeriodPlan plan;

  @BeforeEach
  void begin() throws IOException {
    stage =
        new ProvingStage(
            folder,
            new ProvingStage.Plan(
                PeriodPlan.SECTORS,
                PeriodPlan.PARTITIONS * PeriodPlan.PARTITION_SECTORS,
                "granary.devnet { profile = swift, block-time = "
                    + BLOCK_TIME
                    + ", chain { challenge-window = "
                    + WINDOW_EPOCHS
                    + ", challenge-lookback = "
                    + LOOKBACK_EPOCHS
                    + ", fault-declaration-cutoff = 16 } }",
                "",
                Set.of(),
                Map.of()));
    plan = drawn();
  }

  @AfterEach
  void end() {
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void missesNothingAndPaysForTheInjectedFaultsOnly_overAWholeProvingPeriod() throws Exception {
    LOG.info("seed {}, {} epochs: {}", SEED, plan.end(), plan.faults());
    toTheFirstChallenge();
    letItHappen();
    compare(plan.outcome());
  }

  private PeriodPlan drawn() {
    JsonNode open =
        StreamSupport.stream(
                stage.client().get(MINER + "/deadlines").path("deadlines").spliterator(), false)
            .filter(row -> row.path("current").asBoolean())
            .findFirst()
            .orElseThrow();
    return new PeriodPlan(
        SEED,
        open.path("deadline").asLong(),
        open.path("open").asLong(),
        WINDOW_EPOCHS,
        LOOKBACK_EPOCHS);
  }

  /** Passes over the windows that count as proven at genesis. */
  private void toTheFirstChallenge() {
    long before = plan.windows().get(0).challenge() - 1;
    if (stage.head() < before) {
      stage.devnet().step((int) (before - stage.head() - 1));
    }
  }

  /** Lets the chain run to the plan's end, damaging and mending on the way. */
  private void letItHappen() throws Exception {
    Deque<Deed> deeds = new ArrayDeque<>(deeds());
    Deque<Window> open = new ArrayDeque<>(plan.windows());
    long last = -1;
    long since = System.nanoTime();
    while (stage.head() < plan.end() + SETTLE_EPOCHS) {
      while (!deeds.isEmpty() && deeds.peek().at() <= stage.head()) {
        deeds.remove().act().run();
      }
      while (!open.isEmpty() && (stage.head() >= open.peek().close() || proven(open.peek()))) {
        open.remove();
        passOver(open, deeds);
      }
      stage.devnet().resume();
      Thread.sleep(20);
      if (stage.head() != last) {
        last = stage.head();
        since = System.nanoTime();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(STALLED);
    }
    stage.devnet().pause();
    assertThat(deeds).isEmpty();
  }

  private boolean proven(Window window) throws IOException, InterruptedException {
    return stage.head() >= window.open()
        && ProvenWindows.numbers(
                    stage
                        .rpc("Filecoin.StateMinerDeadlines", "[\"t01000\",null]")
                        .path((int) window.deadline())
                        .path("PostSubmissions"))
                .size()
            == PeriodPlan.PARTITIONS;
  }

  /**
   * A window's partitions are proven, or it is over: with null rounds to just before the next
   * challenge, or to what is to be done before it.
   */
  private void passOver(Deque<Window> next, Deque<Deed> deeds) {
    if (next.isEmpty()) {
      return;
    }
    stage.devnet().pause();
    long until = next.peek().challenge() - 1;
    if (!deeds.isEmpty()) {
      until = Math.min(until, deeds.peek().at());
    }
    long nulls = until - stage.head() - 1;
    if (nulls > 0) {
      stage.devnet().step((int) nulls);
    }
  }

  /** What is done to a sector in an epoch. */
  private record Deed(long at, Act act) {
    private interface Act {
      void run() throws IOException, InterruptedException;
    }
  }

  private List<Deed> deeds() {
    List<Deed> deeds = new ArrayList<>();
    for (Fault fault : plan.faults()) {
      deeds.add(new Deed(fault.at(), () -> strike(fault)));
      fault.mendedAt().ifPresent(at -> deeds.add(new Deed(at, () -> mend(fault))));
    }
    deeds.sort(Comparator.comparingLong(Deed::at));
    return deeds;
  }

  private Path aside(Fault fault, String kind) {
    return folder.resolve("aside").resolve(kind + fault.sector());
  }

  private void strike(Fault fault) throws IOException {
    LOG.info("epoch {}: {}", stage.head(), fault);
    Files.createDirectories(folder.resolve("aside"));
    ProvingStage.copyTree(stage.sealed(fault.sector()), aside(fault, "sealed"));
    ProvingStage.copyTree(stage.cache(fault.sector()), aside(fault, "cache"));
    fault.damage().strike(stage.sealed(fault.sector()), stage.cache(fault.sector()));
  }

  private void mend(Fault fault) throws IOException, InterruptedException {
    LOG.info("epoch {}: mended {}", stage.head(), fault);
    SectorDamage.delete(stage.sealed(fault.sector()));
    SectorDamage.delete(stage.cache(fault.sector()));
    ProvingStage.copyTree(aside(fault, "cache"), stage.cache(fault.sector()));
    ProvingStage.copyTree(aside(fault, "sealed"), stage.sealed(fault.sector()));
    if (fault.declared()) {
      declare(fault);
    }
  }

  private void declare(Fault fault) throws IOException, InterruptedException {
    Bytes params =
        new DeclareFaultsRecoveredParams(
                List.of(
                    new SectorDeclaration(
                        fault.deadline(), fault.partition(), BitField.of(List.of(fault.sector())))))
            .toCbor();
    String from = stage.rpc("Filecoin.WalletDefaultAddress", "[]").asText();
    stage.rpc(
        "Filecoin.MpoolPushMessage",
        "[{\"Version\":0,\"From\":\""
            + from
            + "\",\"To\":\"t01000\",\"Nonce\":0,\"Value\":\"0\",\"GasLimit\":0,\"GasFeeCap\":\"0\","
            + "\"GasPremium\":\"0\",\"Method\":"
            + MinerMethod.DECLARE_FAULTS_RECOVERED
            + ",\"Params\":\""
            + Base64.getEncoder().encodeToString(params.toArray())
            + "\"},null]");
  }

  private void compare(Outcome expected) throws IOException, InterruptedException {
    String seed = "seed " + SEED + ": ";
    ChainRecord record = ChainRecord.read(stage.devnet().url());
    assertThat(record.posts().stream().filter(post -> post.exit() != 0))
        .as(seed + "window PoSts that the chain refused")
        .isEmpty();
    List<Landed> landed = ProvenWindows.of(record);
    Map<String, NavigableSet<Long>> skips = new TreeMap<>();
    Map<String, NavigableSet<Long>> due = new TreeMap<>();
    List<Long> epochsFromOpen = new ArrayList<>();
    for (Window window : plan.windows()) {
      for (long partition = 0; partition < PeriodPlan.PARTITIONS; partition++) {
        String place = window + ", partition " + partition;
        List<Landed> proofs = in(landed, window, partition);
        assertThat(proofs).as(seed + "proofs of " + place).hasSize(1);
        Landed proof = proofs.get(0);
        epochsFromOpen.add(proof.epoch() - window.open());
        skips.put(place, proof.skipped());
        due.put(place, expected.skippedIn(window, partition));
      }
    }
    LOG.info(
        "{} proofs landed so many epochs after open: {}",
        epochsFromOpen.size(),
        epochsFromOpen.stream()
            .collect(Collectors.groupingBy(e -> e, TreeMap::new, Collectors.counting())));
    assertThat(skips).as(seed + "sectors skipped").isEqualTo(due);
    assertThat(faulty()).as(seed + "sectors faulty at the end").isEqualTo(expected.faulty());
    assertPenalties(seed, expected);
  }

  private static List<Landed> in(List<Landed> landed, Window window, long partition) {
    return landed.stream()
        .filter(each -> each.epoch() >= window.open() && each.epoch() < window.close())
        .filter(each -> each.deadline() == window.deadline())
        .filter(each -> each.partition().index() == partition)
        .toList();
  }

  private NavigableSet<Long> faulty() throws IOException, InterruptedException {
    NavigableSet<Long> faulty = new TreeSet<>();
    for (int deadline = 0; deadline < PeriodPlan.DEADLINES; deadline++) {
      for (JsonNode partition :
          stage.rpc("Filecoin.StateMinerPartitions", "[\"t01000\"," + deadline + ",null]")) {
        faulty.addAll(ProvenWindows.numbers(partition.path("FaultySectors")));
      }
    }
    return faulty;
  }

  private void assertPenalties(String seed, Outcome expected) {
    MinerLedger ledger = stage.devnet().ledger(PreSealing.MINER);
    Map<LedgerCause, Long> counts = new TreeMap<>();
    Map<LedgerCause, BigInteger> amounts = new TreeMap<>();
    for (LedgerCause cause : LedgerCause.values()) {
      // Daily fees are charged the same way and are no penalty.
      if (cause != LedgerCause.DAILY_FEE && ledger.of(cause).count() != 0) {
        counts.put(cause, ledger.of(cause).count());
        if (!ledger.of(cause).amount().isZero()) {
          amounts.put(cause, ledger.of(cause).amount().atto());
        }
      }
    }
    LOG.info("penalties: {} {}", counts, amounts);
    assertThat(counts)
        .as(seed + "what the chain's ledger counts")
        .isEqualTo(
            Map.of(
                LedgerCause.SKIPPED_FAULT, expected.skippedFaults(),
                LedgerCause.CONTINUED_FAULT, expected.charged(),
                LedgerCause.RECOVERED, expected.recovered()));
    assertThat(amounts)
        .as(seed + "what it charged, attoFIL")
        .isEqualTo(
            Map.of(
                LedgerCause.CONTINUED_FAULT,
                FAULT_FEE.multiply(BigInteger.valueOf(expected.charged()))));
  }
}
