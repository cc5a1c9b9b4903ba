package io.granary.prover.worker;

import io.granary.protocol.job.JobId;
import io.granary.protocol.job.JobOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receipts of jobs whose output is small and lies nowhere else: proofs. They are kept in this
 * worker's own folder, wherever the inputs were, the newest so many, and survive a restart: who
 * asks again, because the report was lost, hears the proof at once. Thread-safe.
 */
final class ReceiptFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ReceiptFolder.class);

  private final Path folder;
  private final int kept;

  /**
   * @throws IOException when the folder cannot be made
   */
  ReceiptFolder(Path folder, int kept) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.kept = kept;
  }

  <T extends JobOutput> Optional<T> find(JobId job, Class<T> type) {
    return Receipts.find(folder, job, type);
  }

  <T extends JobOutput> T keep(JobId job, T output) {
    T done = Receipts.keep(folder, job, output);
    prune();
    return done;
  }

  private synchronized void prune() {
    try (Stream<Path> entries = Files.list(folder)) {
      Map<Path, FileTime> times = new HashMap<>();
      for (Path file : entries.toList()) {
        times.put(file, Files.getLastModifiedTime(file));
      }
      List<Path> oldestFirst = new ArrayList<>(times.keySet());
      oldestFirst.sort(Comparator.comparing((Path file) -> times.get(file)));
      for (Path file : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - kept))) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Another job's receipt may just be getting its name.
      LOG.info("cannot remove old receipts of {}; the next job will", folder, e);
    }
  }
}
