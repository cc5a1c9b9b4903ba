package io.granary.prover.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.prover.TestSettings;
import io.granary.prover.child.ChildDiedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The supervisor over the real prover. */
class ChildProcessIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path home;
  private Children children;

  @BeforeAll
  static void needsTheProver() {
    TestSettings.requireProver();
  }

  @BeforeEach
  void start() throws IOException {
    children =
        new Children(
            TestSettings.of(home, "granary.prover.child { ping-interval = 200ms, ping-limit = 4s }")
                .child());
  }

  @AfterEach
  void stop() {
    children.close();
  }

  private static ChildCall fault(String fault, Duration limit) {
    return ChildCall.of("selftest.fault", ChildParams.empty().put("fault", fault), limit);
  }

  private static ChildCall zeroPiece() {
    return ChildCall.of("piece.commit", ChildParams.empty().put("unpadded_bytes", "127"), LONG);
  }

  @Test
  void commitsAZeroPiece_whenAskedTwiceOfOneChild() {
    JsonNode first = children.use(ChildClass.VERIFY, child -> child.call(zeroPiece()));
    long pid = children.use(ChildClass.VERIFY, ChildProcess::pid);
    JsonNode second =
        children.use(
            ChildClass.VERIFY,
            child -> {
              assertThat(child.pid()).isEqualTo(pid);
              return child.call(zeroPiece());
            });
    // vectors/proofs-zero-commp.json, 128 padded bytes
    assertThat(first.path("commitment").asText())
        .isEqualTo("3731bb99ac689f66eef5973e4a94da188f4ddcae580724fc6f3fd60dfd488333");
    assertThat(second).isEqualTo(first);
  }

  @Test
  void startsInAnEmptyDirectoryOfItsOwn_andRemovesItAtTheEnd() {
    Path gpu = home.resolve("work/children/gpu-1");
    children.use(
        ChildClass.GPU,
        child -> {
          assertThat(gpu.resolve("cwd")).isEmptyDirectory();
          assertThat(gpu.resolve("tmp")).isDirectory();
          return child.call(zeroPiece());
        });
    assertThat(gpu).doesNotExist();
    assertThat(children.pids()).isEmpty();
  }

  @Test
  void strayPrintsNeverReachTheFrames_whenTheChildPrintsOnBothDescriptors() {
    children.use(
        ChildClass.IO,
        child -> {
          assertThat(child.call(fault("print", LONG)).isObject()).isTrue();
          return child.call(zeroPiece());
        });
    assertThatThrownBy(
            () ->
                children.use(
                    ChildClass.IO,
                    child -> {
                      child.call(fault("print", LONG));
                      return child.call(fault("exit", LONG));
                    }))
        .isInstanceOf(ChildDiedException.class)
        .hasMessageContaining("status 3")
        .hasMessageContaining("stderr ended with");
  }

  @Test
  void refusalIsAnError_andTheChildLivesOn() {
    children.use(
        ChildClass.IO,
        child -> {
          assertThatThrownBy(
                  () ->
                      child.call(
                          ChildCall.of(
                              "piece.commit",
                              ChildParams.empty().put("unpadded_bytes", "128"),
                              LONG)))
              .isInstanceOfSatisfying(
                  ChildErrorException.class, e -> assertThat(e.error().kind()).isEqualTo("input"));
          return child.call(zeroPiece());
        });
  }

  @Test
  void crashIsReportedWithItsSignal_andTheNextJobGetsAnotherChild() {
    assertThatThrownBy(() -> children.use(ChildClass.IO, child -> child.call(fault("abort", LONG))))
        .isInstanceOfSatisfying(
            ChildDiedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CRASHED))
        .hasMessageContaining("SIGABRT");
    assertThat(children.use(ChildClass.IO, child -> child.call(zeroPiece())).isObject()).isTrue();
  }

  @Test
  void panicIsAnError_andTheChildIsNotUsedAgain() {
    AtomicLong first = new AtomicLong();
    assertThatThrownBy(
            () ->
                children.use(
                    ChildClass.IO,
                    child -> {
                      first.set(child.pid());
                      return child.call(fault("panic", LONG));
                    }))
        .isInstanceOfSatisfying(
            ChildErrorException.class, e -> assertThat(e.error().kind()).isEqualTo("panic"));
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(ProcessHandle.of(first.get())).isEmpty());
    assertThat(children.use(ChildClass.IO, ChildProcess::pid)).isNotEqualTo(first.get());
  }

  @Test
  void killsAsHung_whenNoAnswerComesWithinTheLimit() {
    assertThatThrownBy(
            () ->
                children.use(
                    ChildClass.IO, child -> child.call(fault("hang", Duration.ofMillis(500)))))
        .isInstanceOfSatisfying(
            ChildDiedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HUNG))
        .hasMessageContaining("no answer to selftest.fault within PT0.5S");
    assertThat(children.pids()).isEmpty();
  }

  @Test
  void livesOn_whenAJobIsLongButPingsAreAnswered() {
    JsonNode answer =
        children.use(
            ChildClass.IO,
            child ->
                child.call(
                    ChildCall.of(
                        "selftest.fault",
                        ChildParams.empty().put("fault", "hang").put("millis", 3000),
                        LONG)));
    assertThat(answer.isObject()).isTrue();
  }

  @Test
  void killsAsHung_whenTheProcessIsStopped() {
    assertThatThrownBy(
            () ->
                children.use(
                    ChildClass.IO,
                    child -> {
                      signal("-STOP", child.pid());
                      return child.call(fault("hang", LONG));
                    }))
        .isInstanceOfSatisfying(
            ChildDiedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HUNG))
        .hasMessageContaining("no sign of life");
  }

  @Test
  void cancelKills_whileTheJobRuns() {
    CompletableFuture<ChildProcess> lent = new CompletableFuture<>();
    CompletableFuture<Void> job =
        CompletableFuture.runAsync(
            () ->
                children.use(
                    ChildClass.GPU,
                    child -> {
                      lent.complete(child);
                      return child.call(fault("hang", LONG));
                    }));
    lent.join().kill("the operator asked");
    assertThatThrownBy(job::join)
        .cause()
        .isInstanceOfSatisfying(
            ChildDiedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.KILLED))
        .hasMessageContaining("the operator asked");
  }

  @Test
  void refusesTheWorkDirectory_whenAnotherHoldsIt() {
    assertThatThrownBy(() -> new Children(TestSettings.of(home, "").child()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("work-directory");
  }

  @Test
  void noChildIsLeft_whenTheJvmIsKilledWithNine() throws Exception {
    Path other = home.resolve("other");
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "-DGRANARY_PROVER=" + TestSettings.prover(),
                OrphanMain.class.getName(),
                other.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("jvm.log").toFile())
            .start();
    try {
      Path pids = other.resolve("pids");
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> assertThat(pids).as(Files.readString(home.resolve("jvm.log"))).exists());
      List<Long> orphans = Files.readAllLines(pids).stream().map(Long::parseLong).toList();
      assertThat(orphans).hasSize(2).allMatch(pid -> ProcessHandle.of(pid).isPresent());
      signal("-KILL", jvm.pid());
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(orphans).noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
    } finally {
      jvm.destroyForcibly();
    }
  }

  private static void signal(String signal, long pid) {
    try {
      assertThat(new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor()).isZero();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
