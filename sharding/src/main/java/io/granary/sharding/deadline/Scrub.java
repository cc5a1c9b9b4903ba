package io.granary.sharding.deadline;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorId;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.deadline.ProvingWindow;
import io.granary.protocol.job.JobFailure;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobReport;
import io.granary.protocol.job.JobRequest;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.port.JobPool;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the replicas of a deadline's proving sectors again and again, so many an hour, between its
 * windows and with jobs that go after all others. A sector whose files answer wrongly hears of it;
 * what a worker could not do for other reasons says nothing of the sector. Where it stands is
 * forgotten when the deadline dies, and it goes on where the epoch puts it. Belongs to the one
 * actor.
 */
final class Scrub {
  /** Checks under way at a time, and the most that a pause may add up to. */
  private static final int IN_FLIGHT_MAX = 8;

  private static final double NANOS_PER_HOUR = Duration.ofHours(1).toNanos();

  private final Recipient.Deadline self;
  private final DeadlineSettings settings;
  private final DeadlineReads reads;
  private final DeadlineOrders orders;
  private final JobPool pool;
  private final DeadlineVoice voice;
  private final Map<JobId, JobSpec.CheckReplica> underWay = new LinkedHashMap<>();
  private Optional<Instant> last = Optional.empty();
  private double allowed;
  private long cursor;

  Scrub(
      Recipient.Deadline self,
      DeadlineSettings settings,
      DeadlineReads reads,
      DeadlineOrders orders,
      JobPool pool,
      DeadlineVoice voice) {
    this.self = self;
    this.settings = settings;
    this.reads = reads;
    this.orders = orders;
    this.pool = pool;
    this.voice = voice;
  }

  /** A life begins: nothing is under way that is known of. */
  void clear() {
    underWay.clear();
    last = Optional.empty();
    allowed = 0;
  }

  /** Between runs: asks for what the time since the last head allows. */
  void look(MinerConfig miner, ProvingWindow next, Tick at) {
    if (settings.scrubSectorsPerHour() == 0) {
      return;
    }
    ProvingWindow closed = miner.grid().lastClosed(self.index(), at.epoch());
    Epoch until = next.challenge().minus(settings.rehearsing().clearEpochs());
    boolean isTime =
        at.epoch().since(closed.close()) >= settings.closeGrace() && at.epoch().isBefore(until);
    if (!isTime) {
      stop();
      return;
    }
    accrue(at);
    underWay.forEach((id, spec) -> ask(id, spec, until));
    int wanted = Math.min((int) allowed, IN_FLIGHT_MAX - underWay.size());
    if (wanted > 0) {
      reads.scrub(cursor, wanted, at);
    }
  }

  private void accrue(Tick at) {
    if (last.isEmpty()) {
      cursor = at.epoch().value();
    } else if (at.now().isAfter(last.get())) {
      double hours = Duration.between(last.get(), at.now()).toNanos() / NANOS_PER_HOUR;
      allowed = Math.min(allowed + hours * settings.scrubSectorsPerHour(), IN_FLIGHT_MAX);
    }
    last = Optional.of(at.now());
  }

  /** Nobody waits for it any more. */
  void stop() {
    underWay.keySet().forEach(id -> pool.cancel(id, 1));
    underWay.clear();
  }

  /** Sectors to check were read. */
  void onRead(List<ReplicaRef> sectors, MinerConfig miner, Epoch now) {
    Epoch until =
        miner.grid().next(self.index(), now).challenge().minus(settings.rehearsing().clearEpochs());
    for (ReplicaRef sector : sectors) {
      SectorId id = new SectorId(self.miner(), sector.number());
      Bytes challenge = orders.scrubRandomness(sector.number(), now);
      JobSpec.CheckReplica spec =
          new JobSpec.CheckReplica(id, sector.sealProof(), sector.sealed(), challenge);
      underWay.put(spec.id(), spec);
      ask(spec.id(), spec, until);
    }
    cursor += sectors.size();
    allowed = Math.max(allowed - sectors.size(), 0);
  }

  private void ask(JobId id, JobSpec spec, Epoch until) {
    pool.request(new JobRequest(id, 1, spec, self, until).asRehearsal());
  }

  /** Whether {@code report} was of a check under way; a bad sector hears of it. */
  boolean onJob(JobReport report, Epoch now) {
    JobSpec.CheckReplica spec = underWay.get(report.id());
    if (spec == null) {
      return false;
    }
    if (report instanceof JobReport.Succeeded || report instanceof JobReport.Failed) {
      underWay.remove(report.id());
    }
    if (report instanceof JobReport.Failed failed
        && failed.failure().kind() == JobFailure.Kind.DATA) {
      voice.failedScrub(spec.sector(), failed.failure().message(), now, spec.randomness());
    }
    return true;
  }
}
