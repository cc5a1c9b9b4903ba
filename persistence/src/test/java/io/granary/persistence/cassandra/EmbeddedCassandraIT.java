package io.granary.persistence.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.datastax.oss.driver.api.core.CqlSession;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedCassandraIT {
  @Test
  void keepsWhatItAnswered_whenStoppedOrKilledAndStartedAgain(@TempDir Path directory)
      throws Exception {
    try (EmbeddedCassandra first = EmbeddedCassandra.start(directory, durable());
        CqlSession session = session(first)) {
      session.execute(
          "CREATE KEYSPACE k WITH replication = {'class':'SimpleStrategy','replication_factor':1}");
      session.execute("CREATE TABLE k.t (id int PRIMARY KEY, v text)");
      session.execute("INSERT INTO k.t (id, v) VALUES (1, 'drained')");
      assertThat(listeningAddresses(first.pid())).allMatch(a -> a.startsWith("0100007F:"));
      assertThatThrownBy(() -> EmbeddedCassandra.start(directory, impatient()))
          .isInstanceOf(CassandraStartException.class)
          .hasMessageContaining("another one holds the directory");
    }
    try (EmbeddedCassandra second = EmbeddedCassandra.start(directory, durable());
        CqlSession session = session(second)) {
      assertThat(value(session, 1)).isEqualTo("drained");
      session.execute("INSERT INTO k.t (id, v) VALUES (2, 'answered')");
      ProcessHandle.of(second.pid()).orElseThrow().destroyForcibly();
      assertThat(second.exited().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(137);
    }
    EmbeddedCassandra third = EmbeddedCassandra.start(directory, durable());
    try (third;
        CqlSession session = session(third)) {
      assertThat(value(session, 1)).isEqualTo("drained");
      assertThat(value(session, 2)).isEqualTo("answered");
      interrupt(third.pid());
      assertThat(value(session, 2)).isEqualTo("answered");
    }
    assertThat(third.exited().toCompletableFuture().get(1, TimeUnit.SECONDS)).isZero();
  }

  /** What Ctrl-C in the owner's terminal sends to every process of the group. */
  private static void interrupt(long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-INT", Long.toString(pid)).start().waitFor()).isZero();
    TimeUnit.MILLISECONDS.sleep(500);
  }

  private static String value(CqlSession session, int id) {
    return String.valueOf(
        session.execute("SELECT v FROM k.t WHERE id = " + id).one().getString("v"));
  }

  @Test
  void ends_whenItsOwnerIsKilled(@TempDir Path directory) throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.startsWith("pid ")) {
        line = out.readLine();
      }
      assertThat(line).isNotNull();
      ProcessHandle child = ProcessHandle.of(Long.parseLong(line.substring(4))).orElseThrow();
      assertThat(child.isAlive()).isTrue();
      owner.destroyForcibly();
      assertThat(owner.waitFor(10, TimeUnit.SECONDS)).isTrue();
      await().atMost(Duration.ofSeconds(30)).until(() -> !child.isAlive());
    } finally {
      owner.destroyForcibly();
    }
  }

  @Test
  void saysWhatItsLogSays_whenItCannotStart(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("commitlog"), "a file in the way");
    assertThatThrownBy(() -> EmbeddedCassandra.start(directory, durable()))
        .isInstanceOf(CassandraStartException.class)
        .hasMessageContaining("while starting; its log ends:")
        .hasMessageContaining("commitlog");
  }

  private static EmbeddedCassandraSettings durable() {
    EmbeddedCassandraSettings shared = SharedCassandra.settings();
    return new EmbeddedCassandraSettings(
        shared.libraries(),
        shared.javaHome(),
        256,
        shared.startTimeout(),
        Duration.ofSeconds(30),
        Durability.EACH_WRITE);
  }

  private static EmbeddedCassandraSettings impatient() {
    EmbeddedCassandraSettings durable = durable();
    return new EmbeddedCassandraSettings(
        durable.libraries(),
        durable.javaHome(),
        256,
        durable.startTimeout(),
        Duration.ofSeconds(1),
        Durability.EACH_WRITE);
  }

  private static CqlSession session(EmbeddedCassandra cassandra) {
    return CqlSession.builder()
        .addContactPoint(cassandra.contactPoint())
        .withLocalDatacenter(EmbeddedCassandra.DATA_CENTER)
        .build();
  }

  /** Local addresses of the process's listening sockets, in the kernel's hexadecimal form. */
  private static List<String> listeningAddresses(long pid) throws IOException {
    List<String> inodes;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      inodes =
          descriptors
              .map(
                  path -> {
                    try {
                      return Files.readSymbolicLink(path).toString();
                    } catch (IOException e) {
                      return "closed meanwhile";
                    }
                  })
              .filter(target -> target.startsWith("socket:["))
              .map(target -> target.substring(8, target.length() - 1))
              .toList();
    }
    try (Stream<String> sockets = Files.lines(Path.of("/proc/net/tcp"))) {
      List<String> listening =
          sockets
              .map(line -> line.trim().split("\\s+", -1))
              .filter(fields -> fields.length > 9 && fields[3].equals("0A"))
              .filter(fields -> inodes.contains(fields[9]))
              .map(fields -> fields[1])
              .toList();
      assertThat(listening).hasSizeGreaterThanOrEqualTo(2);
      return listening;
    }
  }

  /** The main class of the owner that is killed. */
  public static final class Owner {
    private Owner() {}

    public static void main(String[] args) throws IOException {
      EmbeddedCassandra cassandra = EmbeddedCassandra.start(Path.of(args[0]), durable());
      byte[] line = ("pid " + cassandra.pid() + "\n").getBytes(StandardCharsets.UTF_8);
      try (var out = new FileOutputStream(FileDescriptor.out)) {
        out.write(line);
        out.flush();
        cassandra.exited().toCompletableFuture().join();
      }
    }
  }
}
