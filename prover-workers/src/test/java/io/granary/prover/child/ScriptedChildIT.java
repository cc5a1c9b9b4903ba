package io.granary.prover.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.TestSettings;
import io.granary.prover.child.ChildDiedException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real child never does: shell scripts that break the protocol in every way. */
class ScriptedChildIT {
  /** A hello frame: prints the length prefix in octal, then the text. */
  private static final String FUNCTIONS =
      """
      frame() { n=${#1}; printf "\\\\000\\\\000\\\\$(printf %o $((n/256)))\\\\$(printf %o $((n%256)))%s" "$1"; }
      hello() { frame '{"type":"hello","protocol":'$1',"pid":1,"version":"t"}'; }
      """;

  @TempDir Path home;
  private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void stop() {
    watchdog.shutdownNow();
  }

  private ChildProcess start(String script) {
    ProverWorkersSettings.Child settings =
        TestSettings.of(home, "granary.prover.child { hello-limit = 2s, stop-limit = 300ms }")
            .child();
    return ChildProcess.start(
        new ChildLaunch(
            ChildClass.IO,
            List.of("/bin/sh", "-c", FUNCTIONS + script),
            Map.of(),
            home.resolve("child"),
            Optional.empty(),
            settings),
        watchdog);
  }

  private static ChildCall ask(Duration limit) {
    return ChildCall.of("piece.commit", ChildParams.empty(), limit);
  }

  @Test
  void startFails_whenTheProgramIsMissing() {
    ProverWorkersSettings.Child settings =
        TestSettings.of(home, "granary.prover.child.binary = /nonexistent/prover").child();
    assertThatThrownBy(
            () ->
                ChildProcess.start(
                    ChildLaunch.of(ChildClass.IO, home.resolve("c"), settings), watchdog))
        .isInstanceOf(ChildStartException.class)
        .hasMessageContaining("/nonexistent/prover");
  }

  @Test
  void startFails_whenTheChildSpeaksAnotherVersion() {
    assertThatThrownBy(() -> start("hello 2; cat >/dev/null"))
        .isInstanceOf(ChildStartException.class)
        .hasMessageContaining("protocol 2, expected 1");
  }

  /** Repeated, because what it says last races with the news of its end. */
  @RepeatedTest(50)
  void startFailsWithStderr_whenTheChildRefusesItsEnvironment() {
    assertThatThrownBy(() -> start("echo no cache here >&2; exit 78"))
        .isInstanceOf(ChildStartException.class)
        .hasMessageContaining("unusable environment")
        .hasMessageContaining("no cache here");
  }

  @Test
  void startFails_whenTheChildSaysNothing() {
    assertThatThrownBy(() -> start("exec sleep 60"))
        .isInstanceOf(ChildStartException.class)
        .hasMessageContaining("no hello within");
  }

  @Test
  void killsAsProtocolViolation_whenAPrintGetsBetweenTheFrames() {
    try (ChildProcess child = start("hello 1; head -c 8 >/dev/null; echo stray; exec sleep 60")) {
      assertThatThrownBy(() -> child.call(ask(Duration.ofSeconds(20))))
          .isInstanceOfSatisfying(
              ChildDiedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL))
          .hasMessageContaining("no frame");
      assertThat(child.alive()).isFalse();
    }
  }

  @Test
  void killsAsProtocolViolation_whenTheAnswerIsToNoRequest() {
    String answer = "frame '{\"type\":\"response\",\"id\":\"99\",\"ok\":{}}'";
    try (ChildProcess child =
        start("hello 1; head -c 8 >/dev/null; " + answer + "; exec sleep 60")) {
      assertThatThrownBy(() -> child.call(ask(Duration.ofSeconds(20))))
          .isInstanceOf(ChildDiedException.class)
          .hasMessageContaining("'99'");
    }
  }

  @Test
  void reportsCrash_whenTheChildEndsInTheMiddleOfAFrame() {
    try (ChildProcess child =
        start("hello 1; head -c 8 >/dev/null; printf '\\000\\000'; kill -SEGV $$")) {
      assertThatThrownBy(() -> child.call(ask(Duration.ofSeconds(20))))
          .isInstanceOfSatisfying(
              ChildDiedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CRASHED))
          .hasMessageContaining("SIGSEGV");
    }
  }

  @Test
  void reportsCrash_whenTheChildClosesItsStdoutAndStays() {
    try (ChildProcess child = start("hello 1; head -c 8 >/dev/null; exec sleep 60 >&-")) {
      assertThatThrownBy(() -> child.call(ask(Duration.ofSeconds(20))))
          .isInstanceOf(ChildDiedException.class)
          .hasMessageContaining("closed its stdout");
    }
  }

  @Test
  void killsAsHung_whenTheChildDoesNotEvenReadALargeRequest() {
    try (ChildProcess child = start("hello 1; exec sleep 60")) {
      var params = ChildParams.empty().put("blob", "x".repeat(1 << 20));
      ChildCall call = ChildCall.of("piece.commit", params, Duration.ofMillis(500));
      assertThatThrownBy(() -> child.call(call))
          .isInstanceOfSatisfying(
              ChildDiedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HUNG));
    }
  }
}
