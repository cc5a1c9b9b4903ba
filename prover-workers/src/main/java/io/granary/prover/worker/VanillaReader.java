package io.granary.prover.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildDiedException;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.ChildProcess;
import io.granary.prover.child.ChildProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the vanilla proofs of many sectors through io children, so that one sector can neither hold
 * up nor bring down the others: who hangs or dies is asked again, as {@link ReadingFaults} decides,
 * for what is not done; proofs that were done are files already, and count. A child that dies while
 * it reads none is nobody's fault: the job fails.
 */
final class VanillaReader {
  private static final Logger LOG = LoggerFactory.getLogger(VanillaReader.class);

  /**
   * One sector to be read.
   *
   * @param storage names the storage path that holds it
   */
  record Replica(ReplicaRef sector, String storage, Path sealed, Path cache) {
    SectorNumber number() {
      return sector.number();
    }
  }

  /** Hears of every sector once, as soon as it is known, from any thread; must not block. */
  interface Listener {
    /** Whoever waits for the outcome. */
    Listener NONE =
        new Listener() {
          @Override
          public void proven(SectorNumber sector, Path proof) {}

          @Override
          public void unreadable(SectorNumber sector, String reason) {}
        };

    void proven(SectorNumber sector, Path proof);

    void unreadable(SectorNumber sector, String reason);
  }

  /**
   * What is asked for; the proofs are files in {@code folder}.
   *
   * @param sectorLimit how long one sector may take
   */
  record Request(
      ActorId miner,
      RegisteredPoStProof type,
      Bytes randomness,
      Path folder,
      List<Replica> replicas,
      Duration sectorLimit) {
    Request {
      replicas = List.copyOf(replicas);
    }
  }

  /** Every sector asked for is in one of the two. */
  record Outcome(Map<SectorNumber, Path> proven, Map<SectorNumber, String> unreadable) {
    Outcome {
      proven = Map.copyOf(proven);
      unreadable = Map.copyOf(unreadable);
    }
  }

  private final ChildCalls child;
  private final ScheduledExecutorService watchdog;
  private final ProverWorkersSettings.Worker settings;
  private final SilentPaths silentPaths;

  VanillaReader(
      ChildCalls child, ScheduledExecutorService watchdog, ProverWorkersSettings.Worker settings) {
    this.child = child;
    this.watchdog = watchdog;
    this.settings = settings;
    this.silentPaths = new SilentPaths(settings.vanillaSilentMemory(), System::nanoTime);
  }

  Outcome read(Request request, JobRun run, Listener listener) {
    Telling telling = new Telling(request, listener);
    Map<SectorNumber, Path> proven = new HashMap<>();
    Map<SectorNumber, String> unreadable = new HashMap<>();
    List<Replica> left = new ArrayList<>(request.replicas());
    Doubts doubts = new Doubts(request);
    ReadingFaults faults =
        new ReadingFaults(
            request.sectorLimit(), settings.vanillaParallel(), doubts.paths(), doubts.limit());
    while (!left.isEmpty()) {
      run.checkCancelled();
      List<Replica> batch = faults.batch(left);
      Round round = new Round(telling, doubts);
      try {
        take(ask(request, batch, faults.parallel(), round, run), request, proven, unreadable);
        left.removeAll(batch);
      } catch (ChildDiedException e) {
        round.done().forEach(n -> proven.put(n, file(request, n)));
        left.removeIf(r -> proven.containsKey(r.number()));
        unreadable.putAll(giveUp(e, round, faults, request, left));
        faults.silent().forEach(silentPaths::silent);
        left.removeIf(r -> unreadable.containsKey(r.number()));
      }
      proven.keySet().forEach(telling::proven);
      unreadable.forEach(telling::unreadable);
    }
    return new Outcome(proven, unreadable);
  }

  private static Map<SectorNumber, String> giveUp(
      ChildDiedException e,
      Round round,
      ReadingFaults faults,
      Request request,
      List<Replica> left) {
    Set<SectorNumber> open = round.open();
    if (open.isEmpty() || e.reason() == ChildDiedException.Reason.KILLED) {
      throw e;
    }
    LOG.warn("child died while it read sectors {}", open, e);
    if (round.overdue().isEmpty()) {
      return faults.died(open, e.getMessage() + "");
    }
    Set<SectorNumber> done = round.done();
    Set<String> answering =
        request.replicas().stream()
            .filter(r -> done.contains(r.number()))
            .map(Replica::storage)
            .collect(Collectors.toSet());
    return faults.hung(round.overdue(), answering, left);
  }

  private JsonNode ask(
      Request request, List<Replica> replicas, int parallel, Round round, JobRun run) {
    ObjectNode params =
        ChildParams.post(request.miner(), request.type(), request.randomness())
            .put("output_dir", request.folder().toString())
            .put("parallel", parallel);
    ArrayNode array = params.putArray("replicas");
    for (Replica replica : replicas) {
      array.add(
          ChildParams.sectorAndCommR(replica.sector())
              .put("sealed_path", replica.sealed().toString())
              .put("cache_dir", replica.cache().toString()));
    }
    Duration limit = child.settings().limit("post.vanilla");
    ChildCall call = new ChildCall("post.vanilla", params, limit, round::step, run.mdc());
    return child.use(run, ChildClass.IO, (process, c) -> watched(process, c, round), call);
  }

  private JsonNode watched(ChildProcess process, ChildCall call, Round round) {
    long look = Math.max(10, round.doubts.limit().toMillis() / 20);
    ScheduledFuture<?> watch =
        watchdog.scheduleWithFixedDelay(
            () -> round.killOverdue(process), look, look, TimeUnit.MILLISECONDS);
    try {
      return process.call(call);
    } finally {
      watch.cancel(false);
    }
  }

  private static void take(
      JsonNode answer,
      Request request,
      Map<SectorNumber, Path> proven,
      Map<SectorNumber, String> unreadable) {
    for (JsonNode sector : answer.path("sectors")) {
      SectorNumber number = new SectorNumber(Long.parseLong(sector.path("sector_number").asText()));
      if (sector.hasNonNull("proof")) {
        proven.put(number, file(request, number));
      } else {
        JsonNode error = sector.path("error");
        unreadable.put(
            number, error.path("kind").asText("error") + ": " + error.path("message").asText());
      }
    }
    for (Replica replica : request.replicas()) {
      if (proven.containsKey(replica.number()) && !Files.exists(file(request, replica.number()))) {
        proven.remove(replica.number());
        unreadable.put(replica.number(), "its vanilla proof was reported and is not there");
      }
    }
  }

  private static Path file(Request request, SectorNumber number) {
    return request.folder().resolve(number.value() + ".vanilla");
  }

  /** Tells a listener of each sector once. Thread-safe. */
  private static final class Telling {
    private final Request request;
    private final Listener listener;
    private final Set<SectorNumber> told = ConcurrentHashMap.newKeySet();

    Telling(Request request, Listener listener) {
      this.request = request;
      this.listener = listener;
    }

    void proven(SectorNumber sector) {
      Path proof = file(request, sector);
      if (Files.exists(proof) && told.add(sector)) {
        listener.proven(sector, proof);
      }
    }

    void unreadable(SectorNumber sector, String reason) {
      if (told.add(sector)) {
        listener.unreadable(sector, reason);
      }
    }
  }

  /** Which storage paths of a request are doubted, until they answer. Thread-safe. */
  private final class Doubts {
    private final Map<SectorNumber, String> storages;
    private final Duration trusted;
    private final Set<String> paths = ConcurrentHashMap.newKeySet();

    Doubts(Request request) {
      trusted = request.sectorLimit();
      storages =
          request.replicas().stream()
              .collect(Collectors.toMap(Replica::number, Replica::storage, (a, b) -> a));
      storages.values().stream().filter(silentPaths::doubted).forEach(paths::add);
    }

    Set<String> paths() {
      return Set.copyOf(paths);
    }

    /** How long a sector on a doubted path may take. */
    Duration limit() {
      Duration doubted = settings.vanillaSilentLimit();
      return doubted.compareTo(trusted) < 0 ? doubted : trusted;
    }

    Duration limitOf(SectorNumber sector) {
      return paths.contains(storages.get(sector)) ? limit() : trusted;
    }

    void answered(SectorNumber sector) {
      String storage = storages.get(sector);
      if (storage != null) {
        paths.remove(storage);
        silentPaths.answered(storage);
      }
    }
  }

  /** What is known of one request while it runs. Thread-safe. */
  private static final class Round {
    private final Telling telling;
    private final Doubts doubts;
    private final Map<SectorNumber, Long> startedNanos = new HashMap<>();
    private final Set<SectorNumber> done = new TreeSet<>();
    private final Set<SectorNumber> overdue = new TreeSet<>();

    Round(Telling telling, Doubts doubts) {
      this.telling = telling;
      this.doubts = doubts;
    }

    synchronized void step(ChildProgress step) {
      if (step.sector().isEmpty()) {
        return;
      }
      SectorNumber number = new SectorNumber(step.sector().getAsLong());
      switch (step.stage()) {
        case "vanilla.started" -> startedNanos.put(number, System.nanoTime());
        case "vanilla.done" -> {
          startedNanos.remove(number);
          done.add(number);
          doubts.answered(number);
          telling.proven(number);
        }
        case "vanilla.failed" -> startedNanos.remove(number);
        default -> LOG.debug("unknown step {} of post.vanilla", step.stage());
      }
    }

    synchronized void killOverdue(ChildProcess process) {
      long now = System.nanoTime();
      startedNanos.forEach(
          (number, started) -> {
            if (now - started > doubts.limitOf(number).toNanos()) {
              overdue.add(number);
            }
          });
      if (!overdue.isEmpty()) {
        Duration limit = doubts.limitOf(overdue.iterator().next());
        process.killAsHung("did not read sectors " + overdue + " within " + limit);
      }
    }

    synchronized Set<SectorNumber> overdue() {
      return new TreeSet<>(overdue);
    }

    synchronized Set<SectorNumber> open() {
      return new TreeSet<>(startedNanos.keySet());
    }

    synchronized Set<SectorNumber> done() {
      return new TreeSet<>(done);
    }
  }
}
