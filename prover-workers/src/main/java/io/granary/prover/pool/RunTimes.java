package io.granary.prover.pool;

import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.job.JobSpec;
import io.granary.prover.JobClass;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long jobs usually take, by kind, class and sector size, from those that ended well: an
 * average in which each new run counts a fifth. There are as many entries as kinds and sizes. Not
 * thread-safe.
 */
final class RunTimes {
  private static final double NEWEST_SHARE = 0.2;

  private record Kind(String spec, JobClass jobClass, long sectorBytes) {
    static Kind of(JobSpec spec) {
      return new Kind(spec.getClass().getSimpleName(), JobClass.of(spec), sectorBytes(spec));
    }

    private static long sectorBytes(JobSpec spec) {
      if (spec instanceof JobSpec.OfSector ofSector) {
        RegisteredSealProof proof = ofSector.sealProof();
        return proof.sectorSize().bytes();
      } else if (spec instanceof JobSpec.WindowPoStVanilla post) {
        return post.postProof().sectorSize().bytes();
      } else if (spec instanceof JobSpec.WindowPoStSnark post) {
        return post.postProof().sectorSize().bytes();
      }
      return 0;
    }
  }

  private final Map<Kind, Duration> usual = new HashMap<>();

  void learn(JobSpec spec, Duration took) {
    usual.merge(
        Kind.of(spec),
        took,
        (before, now) ->
            Duration.ofMillis(
                Math.round(
                    before.toMillis() * (1 - NEWEST_SHARE) + now.toMillis() * NEWEST_SHARE)));
  }

  /** Empty when none of the kind has ended yet. */
  Optional<Duration> usual(JobSpec spec) {
    return Optional.ofNullable(usual.get(Kind.of(spec)));
  }
}
