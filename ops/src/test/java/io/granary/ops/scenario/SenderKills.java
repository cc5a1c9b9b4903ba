package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.granary.ops.cluster.ChainRecord;
import io.granary.ops.scenario.SenderLife.Death;
import io.granary.ops.scenario.SenderLife.End;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Senders of many seeds on one stage, each killed once or twice at steps its seed draws, then let
 * live until all its intents have landed; what the chain holds then is checked for each.
 */
final class SenderKills {
  private static final Logger LOG = LoggerFactory.getLogger(SenderKills.class);
  private static final Duration LIFE_LIMIT = Duration.ofMinutes(3);
  private static final List<End> ENDS = List.of(End.values());
  private static final int INTENTS = 4;
  private static final int QUIET_BLOCKS = 20;

  private final SenderKillStage stage;

  /** Intents asked for by each seed. */
  private final Map<Long, Integer> asked = new ConcurrentHashMap<>();

  SenderKills(SenderKillStage stage) {
    this.stage = stage;
  }

  /** {@code -Dgranary.kill.seeds=3,17} instead of {@code count} seeds from {@code first} on. */
  static List<Long> seeds(long first, int count) {
    String named = System.getProperty("granary.kill.seeds", "");
    return named.isEmpty()
        ? LongStream.range(first, first + count).boxed().toList()
        : Stream.of(named.split(",", -1)).map(Long::valueOf).toList();
  }

  /** The deaths a seed draws: one or two. */
  static List<Death> deaths(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Death> deaths = new ArrayList<>();
    for (int i = random.nextInt(2); i >= 0; i--) {
      End at = ENDS.get(random.nextInt(ENDS.size()));
      deaths.add(new Death(at, 1 + random.nextInt(3)));
    }
    return deaths;
  }

  /** How a seed is lived. */
  interface Way {
    void live(SenderIntents intents, Optional<Death> death) throws Exception;
  }

  /** In this JVM: an actor system that is cut off. */
  void inProcess(SenderIntents intents, Optional<Death> death) throws Exception {
    SenderLife life = new SenderLife(death);
    try (SenderHost host =
        new SenderHost(
            SenderHost.config(ConfigFactory.parseFile(stage.config().toFile()).root().render()),
            intents,
            asked(intents.seed()),
            life,
            count -> asked.put(intents.seed(), count))) {
      CompletableFuture<Void> end = death.isPresent() ? life.ended() : host.done();
      end.get(LIFE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** In a JVM of its own that gets SIGKILL. */
  void inJvm(SenderIntents intents, Optional<Death> death) throws Exception {
    SenderHostProcess.live(
        stage.config(),
        intents,
        asked(intents.seed()),
        death,
        count -> asked.put(intents.seed(), count),
        LIFE_LIMIT);
  }

  private int asked(long seed) {
    return asked.computeIfAbsent(seed, each -> INTENTS + new SplittableRandom(each).nextInt(3));
  }

  /** Lives all {@code seeds}, {@code atOnce} of them at a time, then checks the chain. */
  void run(List<Long> seeds, int atOnce, Way way) throws Exception {
    Map<Long, SenderIntents> senders = stage.fund(seeds);
    ExecutorService lives = Executors.newFixedThreadPool(atOnce);
    try {
      Map<Long, Future<?>> running = new TreeMap<>();
      senders.forEach(
          (seed, intents) ->
              running.put(
                  seed,
                  lives.submit(
                      () -> {
                        liveAll(intents, way);
                        return null;
                      })));
      for (Map.Entry<Long, Future<?>> each : running.entrySet()) {
        try {
          each.getValue().get();
        } catch (ExecutionException e) {
          throw new AssertionError(
              "seed " + each.getKey() + ", deaths " + deaths(each.getKey()), e.getCause());
        }
      }
    } finally {
      lives.shutdownNow();
    }
    ChainRecord record = stage.recordAfter(QUIET_BLOCKS);
    senders.values().forEach(intents -> check(record, intents));
  }

  private static void liveAll(SenderIntents intents, Way way) throws Exception {
    for (Death death : deaths(intents.seed())) {
      way.live(intents, Optional.of(death));
    }
    way.live(intents, Optional.empty());
  }

  private void check(ChainRecord record, SenderIntents intents) {
    String what = "seed " + intents.seed() + ", deaths " + deaths(intents.seed());
    List<ChainRecord.Executed> own =
        record.messages().stream()
            .filter(each -> each.from().equals(intents.from().toText('t')))
            .toList();
    int wanted = asked(intents.seed());
    LOG.info("{}: {} intents, {} messages", what, wanted, own.size());
    assertThat(own).as("exit codes, %s", what).allMatch(each -> each.exit() == 0);
    assertThat(own)
        .as("the intents on chain, %s", what)
        .extracting(
            each -> new String(Base64.getDecoder().decode(each.params()), StandardCharsets.UTF_8))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, wanted).mapToObj(intents::id).toList());
    assertThat(own)
        .as("nonces in the order of execution, %s", what)
        .extracting(ChainRecord.Executed::nonce)
        .containsExactlyElementsOf(LongStream.range(0, wanted).boxed().toList());
  }
}
