package io.granary.ops.node;

import io.granary.ops.http.OperatorDesk;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.JobSpec;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.port.JobPool;
import io.granary.protocol.port.WinningProver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Has winning PoSts made by the prover pool: the vanilla proof where the sector's files are, then
 * the SNARK, which the worker has verified by another process. Asked for on this node's desk, so
 * that the answers come back here.
 */
final class DeskWinningProver implements WinningProver {
  private final OperatorDesk desk;
  private final JobPool pool;
  private final Duration limit;

  /**
   * @param limit for each of the two jobs
   */
  DeskWinningProver(OperatorDesk desk, JobPool pool, Duration limit) {
    this.desk = desk;
    this.pool = pool;
    this.limit = limit;
  }

  @Override
  public CompletionStage<Bytes> prove(
      ActorId miner, RegisteredPoStProof type, Epoch round, Bytes randomness, ReplicaRef sector) {
    JobSpec.WindowPoStVanilla vanilla =
        new JobSpec.WindowPoStVanilla(miner, type, JobSpec.WINNING, 0, randomness, List.of(sector));
    return desk.ask(pool, vanilla, round, limit)
        .thenCompose(
            output ->
                desk.ask(
                    pool,
                    new JobSpec.WindowPoStSnark(
                        miner,
                        type,
                        JobSpec.WINNING,
                        0,
                        randomness,
                        List.of(sector),
                        List.of(proof(output, sector))),
                    round,
                    limit))
        .thenApply(
            output -> {
              if (output instanceof JobOutput.WindowPoStDone done) {
                return done.proof();
              }
              throw new IllegalStateException("the pool answered a proof with " + output);
            });
  }

  private static BlobRef proof(JobOutput output, ReplicaRef sector) {
    if (!(output instanceof JobOutput.VanillaProofs proofs)) {
      throw new IllegalStateException("the pool answered a vanilla proof with " + output);
    }
    return proofs.proven().stream()
        .filter(proven -> proven.sector().equals(sector.number()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "sector "
                        + sector.number()
                        + " cannot be read: "
                        + proofs.unreadable().stream()
                            .map(JobOutput.VanillaProofs.Unreadable::reason)
                            .findFirst()
                            .orElse("no reason told")))
        .proof();
  }
}
