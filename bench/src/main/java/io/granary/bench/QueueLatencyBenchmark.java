package io.granary.bench;

import io.granary.protocol.SectorId;
import io.granary.protocol.SectorSize;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.Recipient;
import io.granary.prover.storage.StoragePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How long it takes from a job's being asked for on one node until it runs on the idle worker of
 * another. The job is a cheap one: a piece of 127 bytes, written.
 */
final class QueueLatencyBenchmark implements Benchmark {
  private static final int WARM_UP_JOBS = 200;
  private static final int JOBS = 1000;
  private static final int PIECE_BYTES = 127;
  private static final int PIECE_PADDED_BYTES = 128;

  @Override
  public String name() {
    return "queue-latency";
  }

  @Override
  public String summary() {
    return "a job asked for on one node → running on another's idle worker, p99 of 1,000, in ms";
  }

  @Override
  public String against() {
    return "milliseconds, p99 of 1,000 jobs over two nodes on loopback";
  }

  @Override
  public Goal goal() {
    return Goal.atMost(50);
  }

  @Override
  public String unit() {
    return "ms";
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("granary-bench");
    Path storage = work.resolve("storage");
    StoragePath.create(storage, 1, true, true, 0);
    Path piece = Files.write(work.resolve("piece"), new byte[PIECE_BYTES]);
    try (PoolTrips trips =
        new PoolTrips(
            BenchSettings.prover(work.resolve("asker"), 0),
            BenchSettings.prover(work.resolve("worker"), 0, storage))) {
      Samples millis = new Samples();
      report.line("%d jobs after %d to warm up", JOBS, WARM_UP_JOBS);
      for (int number = 0; number < WARM_UP_JOBS + JOBS; number++) {
        SectorId sector = SectorId.of(1000, number);
        JobSpec job =
            new JobSpec.AddPiece(
                sector,
                SectorSize.SIZE_2KIB.sealProofV1_1(),
                List.of(),
                piece.toString(),
                PIECE_BYTES,
                PIECE_PADDED_BYTES);
        PoolTrips.Trip trip = trips.run(job, new Recipient.Sector(sector));
        if (number >= WARM_UP_JOBS) {
          millis.add(trip.toStart() * 1000);
        }
      }
      report.line(
          "median %.2f ms, p90 %.2f ms, p99 %.2f ms, worst %.2f ms",
          millis.median(), millis.quantile(0.9), millis.quantile(0.99), millis.quantile(1));
      return millis.quantile(0.99);
    } finally {
      Scratch.delete(work);
    }
  }
}
