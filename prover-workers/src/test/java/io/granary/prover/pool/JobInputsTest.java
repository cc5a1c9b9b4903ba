package io.granary.prover.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.codec.JobFixtures;
import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.job.BlobRef;
import io.granary.protocol.job.JobSpec;
import io.granary.prover.worker.JobRunner;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobInputsTest {
  @Test
  void everyKindOfJobNamesItsInputs_andItsSubject() {
    for (JobSpec spec : JobFixtures.specs()) {
      JobInputs inputs = JobInputs.of(spec);
      assertThat(inputs.sectors().size() + inputs.blobs().size()).as("%s", spec).isEqualTo(1);
      assertThat(JobRunner.subject(spec)).contains("f01000");
    }
  }

  @Test
  void dealsDataIsWantedWhereItIsStaged_andCanBeHadFromThere() {
    StagedFile file = new StagedFile("storage-1", "deal-staging/x.data", 900);
    JobInputs inputs =
        JobInputs.of(
            new JobSpec.AddPiece(
                JobFixtures.SECTOR, JobFixtures.SEAL_2KIB, List.of(), file.source(), 900, 1024));
    assertThat(inputs.need()).isEqualTo(JobInputs.Need.NONE);
    assertThat(inputs.blobs()).extracting(BlobRef::storageId).containsExactly("storage-1");
  }

  @Test
  void onlyWhatBeginsASectorCanRunAnywhere() {
    JobSpec first =
        new JobSpec.AddPiece(
            JobFixtures.SECTOR, JobFixtures.SEAL_2KIB, List.of(), "/data/a", 900, 1024);
    JobSpec empty =
        new JobSpec.PreCommit1(
            JobFixtures.SECTOR, JobFixtures.SEAL_2KIB, JobFixtures.bytes32(1), List.of());
    assertThat(JobInputs.of(first).need()).isEqualTo(JobInputs.Need.NONE);
    assertThat(JobInputs.of(empty).need()).isEqualTo(JobInputs.Need.NONE);
    assertThat(JobFixtures.specs())
        .allMatch(spec -> JobInputs.of(spec).need() != JobInputs.Need.NONE);
  }
}
