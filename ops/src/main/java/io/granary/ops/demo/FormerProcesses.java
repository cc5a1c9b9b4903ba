package io.granary.ops.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Node and Cassandra of an earlier run in the same folder. When their demo was killed they need a
 * moment to end in order, and until then hold what the next run works with. The file {@value
 * #FILE_NAME} names them, one a line: process id and start in milliseconds since 1970.
 */
final class FormerProcesses {
  private static final String FILE_NAME = "processes";

  /** Above the time in which a process that lost its parent ends whatever happens. */
  private static final Duration LIMIT = Duration.ofSeconds(45);

  private FormerProcesses() {}

  /** Names process {@code pid}, which was just started, to a later run. */
  static void add(Path folder, long pid) throws IOException {
    long start = ProcessHandle.of(pid).flatMap(FormerProcesses::start).orElse(0L);
    Files.writeString(
        folder.resolve(FILE_NAME),
        pid + " " + start + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * Returns when none of an earlier run is alive; one that stays is killed.
   *
   * @throws DemoException when it cannot be killed, or the thread is interrupted
   */
  static void awaitEnd(Path folder, Narrator narrator) {
    Path file = folder.resolve(FILE_NAME);
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      for (String line : lines) {
        Optional<ProcessHandle> former = find(line);
        if (former.isPresent()) {
          narrator.progress("waiting for the former run to end", 0, "", Duration.ZERO);
          awaitEnd(former.get());
        }
      }
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new DemoException(file + " cannot be used: " + e, e);
    }
  }

  /** A process id is reused; together with the start time it is not. A torn line names nobody. */
  private static Optional<ProcessHandle> find(String line) {
    if (!line.matches("[0-9]{1,18} [0-9]{1,18}")) {
      return Optional.empty();
    }
    String[] parts = line.split(" ", 2);
    Long began = Long.valueOf(parts[1]);
    return ProcessHandle.of(Long.parseLong(parts[0]))
        .filter(process -> start(process).filter(began::equals).isPresent());
  }

  private static Optional<Long> start(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli);
  }

  private static void awaitEnd(ProcessHandle process) {
    if (!ends(process)) {
      process.destroyForcibly();
      if (!ends(process)) {
        throw new DemoException("process " + process.pid() + " of an earlier run does not end");
      }
    }
  }

  private static boolean ends(ProcessHandle process) {
    try {
      process.onExit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new DemoException("process " + process.pid() + " cannot be watched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted while a former run ended", e);
    }
  }
}
