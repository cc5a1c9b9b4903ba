package io.granary.prover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.protocol.codec.JobFixtures;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptFolderTest {
  private static final int KEPT = 3;
  private static final JobOutput OUTPUT = JobFixtures.outputs().get(0);

  @TempDir Path folder;

  private static JobId job(int index) {
    return new JobId(String.format("%02x", index).repeat(32));
  }

  @Test
  void findsAfterARestartWhatWasKeptBefore() throws IOException {
    new ReceiptFolder(folder, KEPT).keep(job(1), OUTPUT);
    ReceiptFolder restarted = new ReceiptFolder(folder, KEPT);
    assertThat(restarted.find(job(1), JobOutput.class)).contains(OUTPUT);
    assertThat(restarted.find(job(2), JobOutput.class)).isEmpty();
  }

  @Test
  void keepsTheNewestOnly_whenThereAreMoreThanItMayKeep() throws IOException {
    ReceiptFolder receipts = new ReceiptFolder(folder, KEPT);
    for (int each = 1; each <= 5; each++) {
      receipts.keep(job(each), OUTPUT);
      age(job(each), each);
    }
    assertThat(Stream.of(1, 2, 3, 4, 5).filter(each -> found(receipts, each)).toList())
        .isEqualTo(List.of(3, 4, 5));
  }

  /** File systems may tell times of files made at once as equal. */
  private void age(JobId job, int seconds) throws IOException {
    Files.setLastModifiedTime(
        folder.resolve(job.value() + ".receipt"),
        FileTime.from(Instant.ofEpochSecond(1_000_000L + seconds)));
  }

  private static boolean found(ReceiptFolder receipts, int job) {
    return receipts.find(job(job), JobOutput.class).isPresent();
  }
}
