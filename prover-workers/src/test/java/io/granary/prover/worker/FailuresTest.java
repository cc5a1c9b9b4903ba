package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.job.JobFailure;
import io.granary.prover.child.ChildError;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
  /** Every kind of PROTOCOL.md 3, and one that is not there. */
  @ParameterizedTest
  @CsvSource({
    "protocol, 0, INPUT",
    "input, 0, INPUT",
    "unsupported, 0, ENVIRONMENT",
    "busy, 0, ENVIRONMENT",
    "missing_files, 0, DATA",
    "faulty_sectors, 0, DATA",
    "missing_params, 0, ENVIRONMENT",
    "bad_params, 0, ENVIRONMENT",
    "io, 2, DATA",
    "io, 28, ENVIRONMENT",
    "proof_self_check, 0, PROOF_INVALID",
    "panic, 0, CHILD_DIED",
    "library, 0, ENVIRONMENT",
    "novel, 0, ENVIRONMENT"
  })
  void childErrorBecomesTheKind(String kind, int errno, JobFailure.Kind expected) {
    assertThat(Failures.kind(new ChildError(kind, "m", false, "", "", errno, List.of())))
        .isEqualTo(expected);
  }
}
