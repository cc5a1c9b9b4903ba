package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.codec.JobFixtures;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReceiptsTest {
  private static final JobId JOB = new JobId("ab".repeat(32));

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("io.granary.protocol.codec.JobFixtures#outputs")
  void findsWhatWasKept_whateverItsKind(JobOutput output) {
    Receipts.keep(folder, JOB, output);
    assertThat(Receipts.find(folder, JOB, output.getClass()))
        .hasValueSatisfying(found -> assertThat((Object) found).isEqualTo(output));
  }

  @Test
  void findsNothing_whenTheReceiptIsDamagedOrOfAnotherKindOrMissing() throws IOException {
    assertThat(Receipts.find(folder, JOB, JobOutput.Finalized.class)).isEmpty();
    Receipts.keep(folder, JOB, JobFixtures.outputs().get(0));
    assertThat(Receipts.find(folder, JOB, JobOutput.Finalized.class)).isEmpty();
    Files.write(folder.resolve(JOB.value() + ".receipt"), new byte[] {1, 2, 3});
    assertThat(Receipts.find(folder, JOB, JobOutput.PieceAdded.class)).isEmpty();
  }
}
