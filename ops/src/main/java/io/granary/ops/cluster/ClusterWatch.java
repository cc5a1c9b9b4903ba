package io.granary.ops.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.client.NodeException;
import io.granary.ops.node.PreSealing;
import io.granary.sharding.deadline.DeadlineEntity;
import io.granary.sharding.sender.SenderEntity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a test or a benchmark wants to know of a {@link LocalCluster} while it treats it badly. */
public final class ClusterWatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);
  private static final int DEADLINES = 12;
  private static final int LOOKBACK_EPOCHS = 8;

  /** Epochs of a window; in {@link #deadlinesOf} seconds. */
  public static final int SHORT_WINDOW = 36;

  /** A run every 36 s: twelve deadlines, of which all but the first and the last have sectors. */
  public static final String SHORT_DEADLINES = deadlinesOf(SHORT_WINDOW);

  /** A partition of two for each deadline that has any. */
  public static final int SECTORS = 20;

  private static final String MINER = "/v1/miners/t0" + PreSealing.MINER.value();
  private static final Duration POLL = Duration.ofMillis(50);

  /** The next deadline with sectors may be most of a proving period away. */
  private static final Duration RUN_LIMIT = Duration.ofMinutes(5);

  /** Epochs that a cluster may take to learn of a head that is far from the last. */
  private static final long SKIP_MARGIN = 20;

  /** Between two questions to one entity that does not answer. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(300);

  /** Set by Akka: HashCodeMessageExtractor. */
  private static final int SHARDS = 256;

  private final LocalCluster cluster;
  private final int window;

  /** Runs handed out already, by deadline and open. */
  private final Set<Run> seen = new HashSet<>();

  /** Of a cluster with {@link #SHORT_DEADLINES}. */
  public ClusterWatch(LocalCluster cluster) {
    this(cluster, SHORT_WINDOW);
  }

  /**
   * @param window epochs of a window, as its devnet has them by {@link #deadlinesOf}
   */
  public ClusterWatch(LocalCluster cluster, int window) {
    this.cluster = cluster;
    this.window = window;
  }

  /** A devnet's configuration with twelve windows of that many epochs. */
  public static String deadlinesOf(int window) {
    return """
        granary.devnet.chain {
          deadlines = %d
          challenge-window = %d
          challenge-lookback = %d
          fault-declaration-cutoff = 10
        }
        """
        .formatted(DEADLINES, window, LOOKBACK_EPOCHS);
  }

  /** A deadline's run, from its challenge to its close. */
  public record Run(long deadline, long open, long close) {}

  /**
   * A proof that a worker runs.
   *
   * @param subject miner, deadline and partition; the job's id changes when vanilla proofs that
   *     died with a worker are made anew
   */
  public record Job(String subject, String worker) {}

  /** What any living node answers; nodes that do not are passed over. */
  public Optional<JsonNode> ask(String path) {
    for (LocalNode node : cluster.sectorNodes()) {
      Optional<JsonNode> answer = ask(node, path);
      if (answer.isPresent()) {
        return answer;
      }
    }
    return Optional.empty();
  }

  private static Optional<JsonNode> ask(LocalNode node, String path) {
    try {
      return node.isAlive() ? Optional.of(node.client().get(path)) : Optional.empty();
    } catch (NodeException e) {
      return Optional.empty();
    }
  }

  /** The rows of the miner's deadlines, as its chain has them. */
  public JsonNode deadlines() {
    return await("the miner's deadlines", RUN_LIMIT, () -> ask(MINER + "/deadlines"))
        .path("deadlines");
  }

  /**
   * Waits for the challenge of the next run with partitions to prove; its window opens in a few
   * epochs. Each run is given once.
   */
  public Run awaitRun() {
    Run run = await("a run", RUN_LIMIT, this::nextRun);
    seen.add(run);
    await("the challenge of " + run, RUN_LIMIT, () -> head() >= run.open() - LOOKBACK_EPOCHS);
    return run;
  }

  /** As {@link #awaitRun}, with null rounds in place of the epochs until the challenge is near. */
  public Run skipToRun() {
    Run run = await("a run", RUN_LIMIT, this::nextRun);
    cluster.devnet().pause();
    long skipped = run.open() - LOOKBACK_EPOCHS - SKIP_MARGIN - head();
    if (skipped > 0) {
      cluster.devnet().step(Math.toIntExact(skipped));
    }
    cluster.devnet().resume();
    return awaitRun();
  }

  private Optional<Run> nextRun() {
    Optional<JsonNode> rows = ask(MINER + "/deadlines");
    return rows.stream()
        .flatMap(answer -> stream(answer.path("deadlines")))
        .filter(row -> row.path("partitions").asLong() > 0)
        .map(
            row ->
                new Run(
                    row.path("deadline").asLong(),
                    row.path("open").asLong(),
                    row.path("close").asLong()))
        .filter(run -> run.open() - LOOKBACK_EPOCHS > head() && !seen.contains(run))
        .min(Comparator.comparingLong(Run::open));
  }

  private long head() {
    return cluster.devnet().head().height().value();
  }

  /** Waits until the run's window is open. */
  public void awaitOpen(Run run) {
    await("the window of " + run, RUN_LIMIT, () -> head() >= run.open());
  }

  /**
   * Waits until the chain holds a proof of every partition of the run's deadline, made in its
   * window.
   *
   * @throws ClusterException when the window closes without one
   */
  public void awaitProven(Run run) {
    long wanted = deadlines().path((int) run.deadline()).path("partitions").asLong();
    await(
        "a landed proof of each partition of " + run,
        RUN_LIMIT,
        () -> {
          if (head() > run.close() + 2 && landed(run) < wanted) {
            throw new ClusterException(
                "missed: " + landed(run) + " of " + wanted + " partitions of " + run + diagnosis());
          }
          return landed(run) == wanted;
        });
  }

  private long landed(Run run) {
    return cluster.chainRecord().proven().stream()
        .filter(each -> each.deadline() == run.deadline())
        .filter(each -> each.epoch() >= run.open() && each.epoch() < run.close())
        .map(ChainRecord.ProvenPartition::partition)
        .distinct()
        .count();
  }

  private String diagnosis() {
    StringBuilder text = new StringBuilder();
    cluster.nodes().forEach(node -> text.append('\n').append(node.logTail()));
    return text.toString();
  }

  /** Waits until a worker runs the run's SNARK. */
  public Job awaitJob(Run run) {
    return await("a running proof of " + run, RUN_LIMIT, this::runningProof);
  }

  private Optional<Job> runningProof() {
    Optional<JsonNode> pool = ask("/v1/provers");
    if (pool.isPresent()) {
      for (JsonNode worker : pool.get().path("workers")) {
        for (JsonNode job : worker.path("running")) {
          if (job.path("class").asText().equals("POST_PROVE")) {
            return Optional.of(
                new Job(job.path("subject").asText(), worker.path("worker").asText()));
          }
        }
      }
    }
    return Optional.empty();
  }

  /** From now until another worker runs {@code job}, or has brought it to its end. */
  public Duration untilElsewhere(Job job) {
    long began = System.nanoTime();
    await(
        job + " on another worker",
        RUN_LIMIT,
        () ->
            ask("/v1/provers").stream()
                .flatMap(pool -> stream(pool.path("workers")))
                .filter(worker -> !worker.path("worker").asText().equals(job.worker()))
                .flatMap(worker -> stream(worker.path("running")))
                .filter(running -> running.path("class").asText().equals("POST_PROVE"))
                .anyMatch(running -> running.path("subject").asText().equals(job.subject())));
    return told(job + " runs elsewhere", began);
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /** Names of the workers that the dispatcher knows. */
  public List<String> workers() {
    return await("the pool", RUN_LIMIT, () -> ask("/v1/provers"))
        .path("workers")
        .findValuesAsText("worker");
  }

  /** The node where the deadline lives now. */
  public LocalNode ownerOfDeadline(long deadline) {
    return await(
        "the owner of deadline " + deadline,
        RUN_LIMIT,
        () ->
            owner(
                DeadlineEntity.TYPE_KEY.name(),
                DeadlineEntity.entityId(PreSealing.MINER, deadline)));
  }

  /** The node of the one address that sends. */
  public LocalNode ownerOfSender() {
    return await(
        "the owner of the sender",
        RUN_LIMIT,
        () ->
            owner(
                SenderEntity.TYPE_KEY.name(),
                SenderEntity.entityId(cluster.devnet().defaultAddress())));
  }

  private Optional<LocalNode> owner(String type, String entityId) {
    String shard = Integer.toString(Math.abs(entityId.hashCode() % SHARDS));
    for (LocalNode node : cluster.sectorNodes()) {
      Optional<JsonNode> shards = ask(node, "/cluster/shards/" + type);
      if (shards.isPresent()
          && shards.get().path("regions").findValuesAsText("shardId").contains(shard)) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  /** From now until each deadline has answered through a living node that is not {@code gone}. */
  public Duration untilDeadlinesAnswer(LocalNode gone) {
    long began = System.nanoTime();
    Set<Long> answered = ConcurrentHashMap.newKeySet();
    List<LocalNode> asked =
        cluster.sectorNodes().stream()
            .filter(node -> !node.equals(gone) && node.isAlive())
            .toList();
    ExecutorService questions = Executors.newCachedThreadPool();
    try {
      await(
          "answers of all deadlines without " + gone.name(),
          RUN_LIMIT,
          () -> {
            for (long deadline = 0; deadline < DEADLINES; deadline++) {
              long each = deadline;
              if (!answered.contains(each)) {
                asked.forEach(node -> questions.execute(() -> probe(node, each, answered)));
              }
            }
            sleep(ASK_AGAIN);
            return answered.size() == DEADLINES;
          });
    } finally {
      questions.shutdownNow();
    }
    return told("all deadlines answer without " + gone.name(), began);
  }

  private static Duration told(String what, long began) {
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    LOG.info("{} after {} ms", what, took.toMillis());
    return took;
  }

  private static void probe(LocalNode node, long deadline, Set<Long> answered) {
    if (ask(node, MINER + "/deadlines/" + deadline).isPresent()) {
      answered.add(deadline);
    }
  }

  /** Partitions that two messages proved within one proving period. */
  public List<ChainRecord.ProvenPartition> provenTwice(ChainRecord record) {
    List<ChainRecord.ProvenPartition> twice = new ArrayList<>();
    List<ChainRecord.ProvenPartition> proven = record.proven();
    for (int i = 0; i < proven.size(); i++) {
      for (int j = i + 1; j < proven.size(); j++) {
        ChainRecord.ProvenPartition a = proven.get(i);
        ChainRecord.ProvenPartition b = proven.get(j);
        if (a.deadline() == b.deadline()
            && a.partition() == b.partition()
            && b.epoch() - a.epoch() < window) {
          twice.add(b);
        }
      }
    }
    return twice;
  }

  /** Lets time pass. */
  public void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted", e);
    }
  }

  private void await(String what, Duration limit, BooleanSupplier condition) {
    cluster.await(what, limit, condition);
  }

  private <T> T await(String what, Duration limit, Supplier<Optional<T>> answer) {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> found = answer.get();
      if (found.isPresent()) {
        return found.get();
      }
      sleep(POLL);
    }
    throw new ClusterException("no " + what + " within " + limit + diagnosis());
  }
}
