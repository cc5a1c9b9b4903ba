package io.granary.prover.worker;

import static io.granary.prover.worker.Prover2KiB.SIZE;
import static io.granary.prover.worker.Prover2KiB.filled;
import static io.granary.prover.worker.Prover2KiB.replica;
import static io.granary.prover.worker.Prover2KiB.snark;
import static io.granary.prover.worker.Prover2KiB.vanilla;
import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.Bytes;
import io.granary.protocol.SectorId;
import io.granary.protocol.job.JobOutput;
import io.granary.protocol.job.ReplicaRef;
import io.granary.protocol.port.ProofVerifier;
import io.granary.prover.TestSettings;
import io.granary.prover.child.ChildProofVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proofs of single partitions put together as one message carries them, before the real verifier:
 * it takes the union of the sectors in chunks of the partition size, 2 here (chain.md 5.3).
 */
class SharedPoStMessageIT {
  private static final Bytes RANDOMNESS = filled(9);

  @TempDir static Path home;
  private static Prover2KiB prover;
  private static List<ReplicaRef> replicas = List.of();

  @BeforeAll
  static void seal() throws IOException {
    prover = new Prover2KiB(home, "");
    prover.requireParameters();
    List<ReplicaRef> sealed = new ArrayList<>();
    for (long number = 1; number <= 3; number++) {
      SectorId sector = SectorId.of(1000, number);
      sealed.add(replica(sector, prover.seal(sector, SIZE, filled(3), List.of())));
    }
    replicas = List.copyOf(sealed);
  }

  @AfterAll
  static void stop() {
    prover.close();
  }

  private static Bytes prove(ReplicaRef... sectors) {
    JobOutput.VanillaProofs read =
        (JobOutput.VanillaProofs) prover.run(vanilla(RANDOMNESS, sectors));
    return ((JobOutput.WindowPoStDone) prover.run(snark(RANDOMNESS, read, List.of(sectors))))
        .proof();
  }

  private static boolean verifies(Bytes... proofs) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Bytes proof : proofs) {
      all.writeBytes(proof.toArray());
    }
    ProofVerifier verifier =
        new ChildProofVerifier(prover.children, TestSettings.of(home, "").child(), Runnable::run);
    return verifier
        .verifyWindowPoSt(
            Prover2KiB.MINER,
            SIZE.windowPoStV1_1(),
            RANDOMNESS,
            replicas,
            Bytes.of(all.toByteArray()))
        .toCompletableFuture()
        .join();
  }

  @Test
  void holdsOnlyWhereChunksArePartitions_inTheirOrder() {
    Bytes full = prove(replicas.get(0), replicas.get(1));
    Bytes last = prove(replicas.get(2));
    assertThat(verifies(full, last)).as("a full partition and the last one").isTrue();
    assertThat(verifies(last, full)).as("in another order").isFalse();
    Bytes short1 = prove(replicas.get(0));
    Bytes short2 = prove(replicas.get(1), replicas.get(2));
    assertThat(verifies(short1, short2)).as("a partition that is not full first").isFalse();
  }
}
