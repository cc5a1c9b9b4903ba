package io.granary.prover.worker;

import io.granary.protocol.codec.JobCodec;
import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import io.granary.prover.files.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What finished jobs brought, one small file each beside their outputs. The same job asked for
 * again (its report was lost, or its worker was thought dead) finds it here and needs not be done
 * again; whether the outputs are still right is for the job to check.
 */
final class Receipts {
  private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);

  private Receipts() {}

  private static Path file(Path folder, JobId job) {
    return folder.resolve(job.value() + ".receipt");
  }

  /** Keeps what {@code job} brought. */
  static <T extends JobOutput> T keep(Path folder, JobId job, T output) {
    try {
      DurableFiles.write(file(folder, job), JobCodec.encode(output));
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the receipt of job " + job, e);
    }
  }

  /** What {@code job} brought before; a damaged receipt counts as none. */
  static <T extends JobOutput> Optional<T> find(Path folder, JobId job, Class<T> type) {
    Path file = file(folder, job);
    try {
      return Optional.of(JobCodec.decodeOutput(Files.readAllBytes(file)))
          .filter(type::isInstance)
          .map(type::cast);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      LOG.warn("receipt {} is damaged, the job is done again", file, e);
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read receipt " + file, e);
    }
  }
}
