package io.granary.persistence.cassandra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Cassandra of one node on loopback, a child of this process. It ends when closed, and
 * when this process ends by any means, kill -9 included. Thread-safe.
 */
public final class EmbeddedCassandra implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCassandra.class);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);
  private static final int PORT_ATTEMPTS = 3;
  private static final int TAIL_LINES = 30;

  /** SimpleSnitch's one data centre; the driver wants its name. */
  public static final String DATA_CENTER = "datacenter1";

  private final Process process;
  private final InetSocketAddress contactPoint;
  private final EmbeddedCassandraSettings settings;

  private EmbeddedCassandra(
      Process process, InetSocketAddress contactPoint, EmbeddedCassandraSettings settings) {
    this.process = process;
    this.contactPoint = contactPoint;
    this.settings = settings;
  }

  /**
   * Starts a Cassandra over {@code dataDirectory} and waits until it answers a query. The directory
   * is made when missing; what an earlier run left there is served again.
   *
   * @throws CassandraStartException when it does not answer in time, ends before it does (its
   *     directory is in use, for example), or cannot be forked
   */
  public static EmbeddedCassandra start(Path dataDirectory, EmbeddedCassandraSettings settings) {
    return start(dataDirectory, settings, Optional.empty());
  }

  /** As {@link #start(Path, EmbeddedCassandraSettings)}, ending with {@code owner} instead. */
  static EmbeddedCassandra start(
      Path dataDirectory, EmbeddedCassandraSettings settings, Optional<ProcessHandle> owner) {
    if (!Files.isDirectory(settings.libraries())) {
      throw new CassandraStartException(
          "Cassandra's jars: " + settings.libraries() + " is no folder; ./granary build makes it");
    }
    CassandraFork fork = new CassandraFork(dataDirectory, settings);
    for (int attempt = 1; ; attempt++) {
      InetSocketAddress contactPoint;
      Process process;
      try {
        Ports ports = Ports.choose();
        contactPoint = new InetSocketAddress(loopback(), ports.cql());
        process = fork.fork(ports.cql(), ports.storage(), owner);
      } catch (IOException e) {
        throw new CassandraStartException("cannot fork Cassandra in " + dataDirectory, e);
      }
      Optional<String> problem = awaitAnswer(process, contactPoint, settings);
      if (problem.isEmpty()) {
        return new EmbeddedCassandra(process, contactPoint, settings);
      }
      String tail = tail(fork);
      if (attempt >= PORT_ATTEMPTS || !portTaken(tail)) {
        throw new CassandraStartException(
            "Cassandra in " + dataDirectory + " " + problem.get() + "; its log ends:\n" + tail);
      }
      LOG.warn("a port chosen for Cassandra was taken meanwhile, trying again with others");
    }
  }

  /** Two ports that were free a moment ago; the caller tries again when one is taken meanwhile. */
  private record Ports(int cql, int storage) {
    static Ports choose() throws IOException {
      try (ServerSocket cql = new ServerSocket(0, 1, loopback());
          ServerSocket storage = new ServerSocket(0, 1, loopback())) {
        return new Ports(cql.getLocalPort(), storage.getLocalPort());
      }
    }
  }

  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static boolean portTaken(String log) {
    return log.contains("Address already in use") || log.contains("is in use by another process");
  }

  /** Empty when the server answers; what went wrong otherwise, with the process ended. */
  private static Optional<String> awaitAnswer(
      Process process, InetSocketAddress contactPoint, EmbeddedCassandraSettings settings) {
    long end = System.nanoTime() + settings.startTimeout().toNanos();
    try {
      while (System.nanoTime() < end) {
        if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
          return Optional.of(
              process.exitValue() == ParentWatch.EXIT_LOCKED
                  ? "was not started: another one holds the directory"
                  : "ended with status " + process.exitValue() + " while starting");
        }
        if (CqlProbe.answers(contactPoint, PROBE_TIMEOUT)) {
          return Optional.empty();
        }
      }
      destroy(process);
      return Optional.of("did not answer within " + settings.startTimeout());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return Optional.of("was interrupted while starting");
    }
  }

  private static void destroy(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(PROBE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static String tail(CassandraFork fork) {
    Deque<String> lines = new ArrayDeque<>();
    for (Path file : new Path[] {fork.log(), fork.consoleLog()}) {
      if (!Files.exists(file)) {
        continue;
      }
      Deque<String> last = new ArrayDeque<>();
      try (Stream<String> all = Files.lines(file, StandardCharsets.UTF_8)) {
        all.forEach(
            line -> {
              last.add(line);
              if (last.size() > TAIL_LINES) {
                last.remove();
              }
            });
      } catch (IOException | UncheckedIOException e) {
        last.add("(" + file + " cannot be read: " + e + ")");
      }
      lines.addAll(last);
    }
    return String.join("\n", lines);
  }

  /** Where CQL is served. */
  public InetSocketAddress contactPoint() {
    return contactPoint;
  }

  /** The child's process id. */
  public long pid() {
    return process.pid();
  }

  /** Completes with the exit status when the child ends, asked to or not. */
  public CompletionStage<Integer> exited() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /**
   * Has Cassandra drain and end; kills it when it has not ended within the settings' stop timeout.
   * Safe to call more than once.
   */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("Cassandra's input was closed already", e);
    }
    try {
      if (!process.waitFor(settings.stopTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("Cassandra did not drain within {}, killing it", settings.stopTimeout());
        destroy(process);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
