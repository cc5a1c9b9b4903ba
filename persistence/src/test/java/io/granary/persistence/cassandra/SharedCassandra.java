package io.granary.persistence.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * One Cassandra for a whole test run. The run is the Maven process above this JVM, or this JVM
 * itself when there is none; the first test that asks starts the instance, which ends with the run.
 * A file lock keeps two JVMs from starting two.
 */
public final class SharedCassandra {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(10);
  private static final String MAVEN_MAIN = "org.codehaus.plexus.classworlds.launcher.Launcher";

  private SharedCassandra() {}

  /** The settings test runs use: what is thrown away afterwards need survive nothing. */
  public static EmbeddedCassandraSettings settings() {
    return new EmbeddedCassandraSettings(
        CassandraLibraries.find(),
        Path.of(System.getProperty("java.home")),
        512,
        Duration.ofSeconds(180),
        Duration.ofSeconds(10),
        Durability.NONE);
  }

  /** Where the run's Cassandra serves CQL; starts it when it is not there. */
  public static InetSocketAddress contactPoint() {
    ProcessHandle owner = owner();
    Path base = CassandraLibraries.find().resolveSibling("shared");
    Path instance = base.resolve(key(owner));
    try {
      Files.createDirectories(base);
      try (FileChannel channel =
          FileChannel.open(
              base.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock(); // until the channel closes
        Optional<InetSocketAddress> running = running(instance);
        if (running.isPresent()) {
          return running.get();
        }
        deleteOthers(base);
        EmbeddedCassandra started =
            EmbeddedCassandra.start(instance, settings(), Optional.of(owner));
        write(instance, started.contactPoint());
        return started.contactPoint();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("shared Cassandra in " + base, e);
    }
  }

  private static ProcessHandle owner() {
    ProcessHandle self = ProcessHandle.current();
    for (Optional<ProcessHandle> at = self.parent();
        at.isPresent();
        at = at.flatMap(ProcessHandle::parent)) {
      if (at.get().info().commandLine().orElse("").contains(MAVEN_MAIN)) {
        return at.get();
      }
    }
    return self;
  }

  private static String key(ProcessHandle owner) {
    return owner.pid() + "-" + owner.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static Optional<InetSocketAddress> running(Path instance) throws IOException {
    Path file = instance.resolve("contact-point");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    InetSocketAddress found =
        new InetSocketAddress(
            EmbeddedCassandra.loopback(), Integer.parseInt(properties.getProperty("port")));
    return CqlProbe.answers(found, PROBE_TIMEOUT) ? Optional.of(found) : Optional.empty();
  }

  private static void write(Path instance, InetSocketAddress contactPoint) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("port", Integer.toString(contactPoint.getPort()));
    Path temporary = instance.resolve("contact-point.new");
    try (Writer writer = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
      properties.store(writer, null);
    }
    Files.move(temporary, instance.resolve("contact-point"), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Data of runs that have ended. */
  private static void deleteOthers(Path base) throws IOException {
    try (Stream<Path> entries = Files.list(base)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        String[] key = entry.getFileName().toString().split("-", -1);
        if (!ParentWatch.lives(
            Long.parseLong(key[0]), Instant.ofEpochMilli(Long.parseLong(key[1])))) {
          deleteTree(entry);
        }
      }
    }
  }

  /** A session with it, which the caller closes. */
  public static CqlSession session() {
    return CqlSession.builder()
        .addContactPoint(contactPoint())
        .withLocalDatacenter(EmbeddedCassandra.DATA_CENTER)
        .build();
  }

  /** Deletes {@code root} and all below it. */
  public static void deleteTree(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
