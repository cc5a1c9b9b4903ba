package io.granary.bench;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long partitions' proofs take through pool and worker, against the same two calls (prove,
 * verify in another process) made to children directly; sectors of 8 MiB.
 */
final class PartitionOverheadBenchmark implements Benchmark {
  private static final SectorSize SIZE = SectorSize.SIZE_8MIB;
  private static final int WARM_UP_ROUNDS = 1;
  private static final int ROUNDS = 8;

  @Override
  public String name() {
    return "partition-overhead";
  }

  @Override
  public String summary() {
    return "partitions proven through pool and worker ÷ the child called directly, 8 MiB";
  }

  @Override
  public String against() {
    return "post.window.partition and verify.window called on the child, 8 MiB sectors";
  }

  @Override
  public Goal goal() {
    return Goal.atMost(1.02);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("granary-bench");
    report.line("sealing two sectors of 8 MiB");
    try (Children children =
        new Children(BenchSettings.prover(work.resolve("direct"), 0).child())) {
      SealedPair sealed = SealedPair.seal(children, work.resolve("storage"), SIZE);
      DirectPartition direct = new DirectPartition(children, sealed.storage());
      try (PoolTrips trips =
          new PoolTrips(
              BenchSettings.prover(work.resolve("asker"), 0),
              BenchSettings.prover(work.resolve("node"), 0, sealed.storage()))) {
        return measure(report, trips, direct, sealed);
      }
    } finally {
      Scratch.delete(work);
    }
  }

  private static double measure(
      Report report, PoolTrips trips, DirectPartition direct, SealedPair sealed)
      throws InterruptedException {
    report.line("%d rounds after %d to warm up", ROUNDS, WARM_UP_ROUNDS);
    Recipient deadline = new Recipient.Deadline(SealedPair.MINER, 0);
    Sides sides = new Sides();
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      JobSpec.WindowPoStSnark spec = read(trips, deadline, sealed, round);
      double directSeconds = round % 2 == 0 ? direct.seconds(spec) : 0;
      double seconds = trips.run(spec, deadline).toEnd();
      if (round % 2 == 1) {
        directSeconds = direct.seconds(spec);
      }
      if (round >= WARM_UP_ROUNDS) {
        sides.add(seconds, directSeconds);
      }
    }
    return sides.ratio(report, "through the pool");
  }

  /** Vanilla proofs for challenges of their own, so that no result is known before. */
  private static JobSpec.WindowPoStSnark read(
      PoolTrips trips, Recipient deadline, SealedPair sealed, int round)
      throws InterruptedException {
    Bytes randomness = Bytes.of(ByteBuffer.allocate(32).putInt(round + 1).array());
    JobSpec.WindowPoStVanilla vanilla =
        new JobSpec.WindowPoStVanilla(
            SealedPair.MINER, SIZE.windowPoStV1_1(), 0, 0, randomness, sealed.replicas());
    JobOutput.VanillaProofs proofs =
        (JobOutput.VanillaProofs) trips.run(vanilla, deadline).output();
    if (!proofs.unreadable().isEmpty()) {
      throw new IllegalStateException("unreadable: " + proofs.unreadable());
    }
    return new JobSpec.WindowPoStSnark(
        SealedPair.MINER,
        SIZE.windowPoStV1_1(),
        0,
        0,
        randomness,
        sealed.replicas(),
        proofs.proven().stream().map(JobOutput.VanillaProofs.Proven::proof).toList());
  }
}
