package io.granary.prover;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The settings under {@code granary.prover}; reference.conf says what each means. */
public record ProverWorkersSettings(
    Child child, Storage storage, Worker worker, Pool pool, TransferSettings transfer) {
  /** Reads {@code granary.prover} of a resolved configuration. */
  public static ProverWorkersSettings from(Config root) {
    Config config = root.getConfig("granary.prover");
    return new ProverWorkersSettings(
        child(config.getConfig("child")),
        storage(config.getConfig("storage")),
        worker(config.getConfig("worker")),
        pool(config.getConfig("pool")),
        TransferSettings.from(config.getConfig("transfer")));
  }

  /** How child processes are started and looked after. */
  public record Child(
      Path binary,
      Path workDirectory,
      Optional<Path> parameterCache,
      Optional<Path> parentCache,
      Optional<String> device,
      int threads,
      String logLevel,
      Duration helloLimit,
      Duration stopLimit,
      Duration watchInterval,
      Duration pingInterval,
      Duration pingLimit,
      int stderrTailBytes,
      int verifyProcesses,
      long verifyRecycleRssBytes,
      int ioProcesses,
      int sdrProcesses,
      int gpuProcesses,
      int postProcesses,
      int winningProcesses,
      Duration defaultLimit,
      Map<String, Duration> limits) {
    public Child {
      limits = Map.copyOf(limits);
      positive("child.threads", threads);
      positive("child.stderr-tail-bytes", stderrTailBytes);
      positive("child.verify-processes", verifyProcesses);
      positive("child.io-processes", ioProcesses);
      positive("child.sdr-processes", sdrProcesses);
      positive("child.gpu-processes", gpuProcesses);
      positive("child.post-processes", postProcesses);
      positive("child.winning-processes", winningProcesses);
      positive("child.watch-interval", watchInterval.toMillis());
      positive("child.ping-interval", pingInterval.toMillis());
      positive("child.ping-limit", pingLimit.toMillis());
      positive("child.hello-limit", helloLimit.toMillis());
      positive("child.default-limit", defaultLimit.toMillis());
    }

    /** How long the child may take to answer {@code method}. */
    public Duration limit(String method) {
      return limits.getOrDefault(method, defaultLimit);
    }
  }

  /**
   * Where sectors lie.
   *
   * @param reservedBytes kept free on every path
   * @param sharedStaging where deals are staged for several nodes, if anywhere
   */
  public record Storage(
      List<Path> paths, long reservedBytes, int vanillaRunsKept, Optional<Path> sharedStaging) {
    /** Nothing is shared. */
    public Storage(List<Path> paths, long reservedBytes, int vanillaRunsKept) {
      this(paths, reservedBytes, vanillaRunsKept, Optional.empty());
    }

    public Storage {
      paths = List.copyOf(paths);
      positive("storage.vanilla-runs-kept", vanillaRunsKept);
      if (reservedBytes < 0) {
        throw new ConfigException.BadValue("granary.prover.storage.reserved", "is negative");
      }
    }
  }

  /**
   * What this node's worker takes on.
   *
   * @param name empty for the node's address
   */
  public record Worker(
      String name,
      Map<JobClass, Integer> slots,
      Duration heartbeat,
      Duration progressInterval,
      Duration vanillaSectorLimit,
      double vanillaSlackShare,
      Duration vanillaSilentLimit,
      Duration vanillaSilentMemory,
      int vanillaParallel,
      int receiptsKept,
      int heldChunk,
      boolean reserveForPoSt) {
    public Worker {
      slots = Map.copyOf(slots);
      positive("worker.heartbeat", heartbeat.toMillis());
      positive("worker.vanilla-parallel", vanillaParallel);
      positive("worker.vanilla-sector-limit", vanillaSectorLimit.toMillis());
      positive("worker.vanilla-silent-limit", vanillaSilentLimit.toMillis());
      positive("worker.vanilla-silent-memory", vanillaSilentMemory.toMillis());
      positive("worker.receipts-kept", receiptsKept);
      positive("worker.held-chunk", heldChunk);
      if (!(vanillaSlackShare > 0 && vanillaSlackShare <= 1)) {
        throw new ConfigException.BadValue(
            "granary.prover.worker.vanilla-slack-share",
            "must be above 0 and at most 1, got " + vanillaSlackShare);
      }
      slots.forEach(
          (jobClass, count) -> {
            if (count < 0) {
              throw new ConfigException.BadValue(
                  "granary.prover.worker.slots." + key(jobClass), "is negative");
            }
          });
    }

    /** How many jobs this worker runs at once, at most. */
    public int totalSlots() {
      return slots.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** The dispatcher's bounds. */
  public record Pool(
      String role,
      int waitingJobsMax,
      Duration tick,
      Duration workerSilence,
      Duration assignmentGrace,
      Duration holderGrace,
      Duration blobGrace,
      int holdersMax,
      int resultsKept,
      int workersRemembered,
      Copies copies,
      Quarantining quarantine,
      Duration relayMemory,
      int relayJobsMax) {
    public Pool {
      positive("pool.waiting-jobs-max", waitingJobsMax);
      positive("pool.tick", tick.toMillis());
      positive("pool.worker-silence", workerSilence.toMillis());
      positive("pool.assignment-grace", assignmentGrace.toMillis());
      positive("pool.holders-max", holdersMax);
      positive("pool.results-kept", resultsKept);
      positive("pool.workers-remembered", workersRemembered);
      positive("pool.relay-memory", relayMemory.toMillis());
      positive("pool.relay-jobs-max", relayJobsMax);
    }
  }

  /**
   * When a second copy of a PoSt job is begun.
   *
   * @param after never sooner for being slow
   * @param slowFactor slow is what takes this many times the usual
   * @param slackFactor late is what overran the usual time when less than this many times it is
   *     left
   */
  public record Copies(Duration after, double slowFactor, double slackFactor) {
    public Copies {
      positive("pool.copies.after", after.toMillis());
      atLeastOne("pool.copies.slow-factor", slowFactor);
      atLeastOne("pool.copies.slack-factor", slackFactor);
    }
  }

  /**
   * When a worker gets no more jobs of a class.
   *
   * @param invalid proofs that do not verify, in a row
   * @param deaths of children, in a row
   * @param retest how long until it may try itself, and again
   */
  public record Quarantining(int invalid, int deaths, Duration retest) {
    public Quarantining {
      positive("pool.quarantine.invalid", invalid);
      positive("pool.quarantine.deaths", deaths);
      positive("pool.quarantine.retest", retest.toMillis());
    }
  }

  private static Child child(Config c) {
    Map<String, Duration> limits = new HashMap<>();
    Config table = c.getConfig("limits");
    for (String method : table.root().keySet()) {
      limits.put(method, table.getDuration("\"" + method + "\""));
    }
    int threads = c.getInt("threads");
    return new Child(
        Path.of(c.getString("binary")).toAbsolutePath(),
        Path.of(c.getString("work-directory")).toAbsolutePath(),
        path(c, "parameter-cache"),
        path(c, "parent-cache"),
        text(c, "device"),
        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
        c.getString("log-level"),
        c.getDuration("hello-limit"),
        c.getDuration("stop-limit"),
        c.getDuration("watch-interval"),
        c.getDuration("ping-interval"),
        c.getDuration("ping-limit"),
        Math.toIntExact(c.getBytes("stderr-tail")),
        c.getInt("verify-processes"),
        c.getBytes("verify-recycle-rss"),
        c.getInt("io-processes"),
        c.getInt("sdr-processes"),
        c.getInt("gpu-processes"),
        c.getInt("post-processes"),
        c.getInt("winning-processes"),
        c.getDuration("default-limit"),
        limits);
  }

  private static Storage storage(Config c) {
    return new Storage(
        c.getStringList("paths").stream().map(p -> Path.of(p).toAbsolutePath()).toList(),
        c.getBytes("reserved"),
        c.getInt("vanilla-runs-kept"),
        path(c, "shared-staging"));
  }

  private static Worker worker(Config c) {
    Map<JobClass, Integer> slots = new EnumMap<>(JobClass.class);
    for (JobClass jobClass : JobClass.values()) {
      slots.put(jobClass, c.getInt("slots." + key(jobClass)));
    }
    return new Worker(
        c.getString("name"),
        slots,
        c.getDuration("heartbeat"),
        c.getDuration("progress-interval"),
        c.getDuration("vanilla-sector-limit"),
        c.getDouble("vanilla-slack-share"),
        c.getDuration("vanilla-silent-limit"),
        c.getDuration("vanilla-silent-memory"),
        c.getInt("vanilla-parallel"),
        c.getInt("receipts-kept"),
        c.getInt("held-chunk"),
        c.getBoolean("reserve-for-post"));
  }

  private static Pool pool(Config c) {
    return new Pool(
        c.getString("role"),
        c.getInt("waiting-jobs-max"),
        c.getDuration("tick"),
        c.getDuration("worker-silence"),
        c.getDuration("assignment-grace"),
        c.getDuration("holder-grace"),
        c.getDuration("blob-grace"),
        c.getInt("holders-max"),
        c.getInt("results-kept"),
        c.getInt("workers-remembered"),
        new Copies(
            c.getDuration("copies.after"),
            c.getDouble("copies.slow-factor"),
            c.getDouble("copies.slack-factor")),
        new Quarantining(
            c.getInt("quarantine.invalid"),
            c.getInt("quarantine.deaths"),
            c.getDuration("quarantine.retest")),
        c.getDuration("relay-memory"),
        c.getInt("relay-jobs-max"));
  }

  private static String key(JobClass jobClass) {
    return jobClass.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Optional<Path> path(Config c, String key) {
    return text(c, key).map(p -> Path.of(p).toAbsolutePath());
  }

  private static Optional<String> text(Config c, String key) {
    return Optional.of(c.getString(key)).filter(value -> !value.isBlank());
  }

  private static void atLeastOne(String key, double value) {
    if (!(value >= 1)) {
      throw new ConfigException.BadValue(
          "granary.prover." + key, "must be at least 1, got " + value);
    }
  }

  private static void positive(String key, long value) {
    if (value <= 0) {
      throw new ConfigException.BadValue("granary.prover." + key, "must be above 0, got " + value);
    }
  }
}
