package io.granary.prover.worker;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.prover.transfer.Cancellation;
import io.granary.prover.transfer.Exchange;
import io.granary.prover.transfer.Holder;
import io.granary.prover.transfer.RemoteVanilla;
import io.granary.prover.transfer.TransferException;
import io.granary.prover.transfer.VanillaAsk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one partition's sectors wherever they lie. Each sector has sources: this node first, then
 * every other node that has its files. In rounds, each sector that is not proven yet is asked of
 * its next source, all nodes at the same time; a node that dies, or cannot read a sector, costs
 * that source only. A sector without a source left is unreadable, with what each one said. Used
 * once.
 */
final class PartitionReading {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionReading.class);

  /** The share of the time left that one round with other nodes may take. */
  private static final double ROUND_SHARE = 0.5;

  private static final Duration ROUND_LEAST = Duration.ofSeconds(5);

  /** Every sector asked for is in one of the two. */
  record Outcome(Map<SectorNumber, Path> proven, Map<SectorNumber, String> unreadable) {
    Outcome {
      proven = Map.copyOf(proven);
      unreadable = Map.copyOf(unreadable);
    }
  }

  /** Where a sector can be read: a replica of this node, or another node. */
  private sealed interface Source {
    record Here(VanillaReader.Replica replica) implements Source {}

    record There(Holder holder) implements Source {}
  }

  private final VanillaJobs jobs;
  private final Exchange exchange;
  private final JobSpec.WindowPoStVanilla spec;
  private final Path folder;
  private final JobRun run;
  private final Map<SectorNumber, Path> proven = new ConcurrentHashMap<>();
  private final Map<SectorNumber, String> reasons = new ConcurrentHashMap<>();

  PartitionReading(
      VanillaJobs jobs,
      Exchange exchange,
      JobSpec.WindowPoStVanilla spec,
      Path folder,
      JobRun run) {
    this.jobs = jobs;
    this.exchange = exchange;
    this.spec = spec;
    this.folder = folder;
    this.run = run;
  }

  /** Reads every sector but those {@code done} before. */
  Outcome read(Set<SectorNumber> done) {
    Map<SectorNumber, Deque<Source>> left = new LinkedHashMap<>();
    for (ReplicaRef sector : spec.sectors()) {
      if (!done.contains(sector.number())) {
        left.put(sector.number(), sources(sector));
        reasons.put(sector.number(), "no node that can be reached holds its files");
      }
    }
    while (!left.isEmpty()) {
      run.checkCancelled();
      left.values().removeIf(Deque::isEmpty);
      round(left);
      left.keySet().removeAll(proven.keySet());
    }
    reasons.keySet().removeAll(proven.keySet());
    return new Outcome(proven, reasons);
  }

  private Deque<Source> sources(ReplicaRef sector) {
    Deque<Source> sources = new ArrayDeque<>();
    jobs.replica(spec.miner(), sector).map(Source.Here::new).ifPresent(sources::add);
    run.surroundings().holdersOf(sector.number()).stream()
        .map(Source.There::new)
        .forEach(sources::add);
    return sources;
  }

  /** Asks each sector's next source. */
  private void round(Map<SectorNumber, Deque<Source>> left) {
    List<VanillaReader.Replica> here = new ArrayList<>();
    Map<Holder, List<ReplicaRef>> there = new LinkedHashMap<>();
    for (ReplicaRef sector : spec.sectors()) {
      Deque<Source> sources = left.get(sector.number());
      Source next = sources == null ? null : sources.poll();
      if (next instanceof Source.Here local) {
        here.add(local.replica());
      } else if (next instanceof Source.There remote) {
        there.computeIfAbsent(remote.holder(), h -> new ArrayList<>()).add(sector);
      }
    }
    JobRun asking = new JobRun(run.id(), run.mdc(), (stage, percent) -> {}, run.surroundings());
    Cancellation.Registration registered =
        run.register(() -> asking.cancel(JobFailure.Kind.CANCELLED, "the job was cancelled"));
    try (registered) {
      List<CompletableFuture<Void>> asked = new ArrayList<>();
      there.forEach((holder, sectors) -> asked.add(ask(holder, sectors, asking)));
      try {
        readHere(here);
      } catch (RuntimeException e) {
        asking.cancel(JobFailure.Kind.LOST, "the sectors of this node cannot be read");
        throw e;
      } finally {
        asked.forEach(CompletableFuture::join);
      }
    }
  }

  private void readHere(List<VanillaReader.Replica> replicas) {
    if (replicas.isEmpty()) {
      return;
    }
    jobs.readHere(
        new VanillaReader.Request(
            spec.miner(),
            spec.postProof(),
            spec.randomness(),
            folder,
            replicas,
            jobs.sectorLimit(run)),
        run,
        new VanillaReader.Listener() {
          @Override
          public void proven(SectorNumber sector, Path proof) {
            tellProven(sector, proof);
          }

          @Override
          public void unreadable(SectorNumber sector, String reason) {
            tellUnreadable(sector, reason, Optional.empty());
          }
        });
  }

  /** Never fails: what a node does not tell stays unread. */
  private CompletableFuture<Void> ask(Holder holder, List<ReplicaRef> sectors, JobRun asking) {
    try {
      return CompletableFuture.runAsync(
              () -> askBlocking(holder, sectors, asking), exchange.asking())
          .exceptionally(
              failure -> {
                notRead(holder, sectors, String.valueOf(failure.getCause()));
                return null;
              });
    } catch (RejectedExecutionException e) {
      LOG.debug("too many nodes are asked already", e);
      notRead(holder, sectors, "too many nodes are asked already");
      return CompletableFuture.completedFuture(null);
    }
  }

  private void askBlocking(Holder holder, List<ReplicaRef> sectors, JobRun asking) {
    Duration limit =
        run.surroundings().limit(exchange.settings().vanillaLimit(), ROUND_SHARE, ROUND_LEAST);
    VanillaAsk ask =
        new VanillaAsk(
            spec.miner(), spec.postProof(), spec.randomness(), sectors, jobs.sectorLimit(run));
    try {
      exchange
          .vanilla()
          .read(
              holder.address(),
              ask,
              folder,
              limit,
              new RemoteVanilla.Answers() {
                @Override
                public void proven(SectorNumber sector, Path proof) {
                  tellProven(sector, proof);
                }

                @Override
                public void unreadable(SectorNumber sector, String reason) {
                  tellUnreadable(sector, reason, Optional.of(holder));
                }
              },
              asking);
    } catch (TransferException e) {
      LOG.warn(
          "{}: node {} was asked for {} sectors",
          JobRunner.subject(spec),
          holder.worker(),
          sectors.size(),
          e);
      notRead(holder, sectors, e.getMessage() + "");
    }
  }

  private void notRead(Holder holder, List<ReplicaRef> sectors, String why) {
    for (ReplicaRef sector : sectors) {
      if (!proven.containsKey(sector.number())) {
        tellUnreadable(sector.number(), why, Optional.of(holder));
      }
    }
  }

  private void tellProven(SectorNumber sector, Path proof) {
    proven.put(sector, proof);
    run.progress("vanilla", proven.size() * 100 / spec.sectors().size());
  }

  private void tellUnreadable(SectorNumber sector, String reason, Optional<Holder> holder) {
    String said = holder.map(h -> "node " + h.worker() + ": ").orElse("") + reason;
    reasons.merge(
        sector, said, (before, now) -> before.startsWith("no node") ? now : before + "; " + now);
  }
}
