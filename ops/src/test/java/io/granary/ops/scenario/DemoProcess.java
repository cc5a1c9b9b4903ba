package io.granary.ops.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code granary demo} as a person runs it: a JVM of its own that leads a session, so that a signal
 * to the process group reaches everything it started, as Ctrl-C on a terminal does.
 */
final class DemoProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(20);

  /** C2 of a 2 KiB sector took 110 s on a loaded machine of two cores. */
  private static final Duration STAGE_LIMIT = Duration.ofMinutes(15);

  private static final String FAST_JVM = "-XX:TieredStopAtLevel=1";

  private final Process process;
  private final Thread reader;
  private final List<String> said = new ArrayList<>();

  private DemoProcess(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "demo-output");
    reader.setDaemon(true);
    reader.start();
  }

  static DemoProcess start(List<String> arguments) throws IOException {
    return start(arguments, List.of());
  }

  /** With settings, {@code key=value}, that hold in every JVM that it starts too. */
  static DemoProcess start(List<String> arguments, List<String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    // A JVM heeds Ctrl-C only where its parent does, and a run in the background may not.
    command.addAll(List.of("env", "--default-signal=INT", "setsid"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", FAST_JVM, "-Dfile.encoding=UTF-8"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "io.granary.ops.Main", "demo"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (!settings.isEmpty()) {
      builder.environment().put("JDK_JAVA_OPTIONS", "-D" + String.join(" -D", settings));
    }
    return new DemoProcess(builder.start());
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      while (line != null) {
        synchronized (said) {
          said.add(line);
        }
        line = lines.readLine();
      }
    } catch (IOException e) {
      synchronized (said) {
        said.add("(its output cannot be read: " + e + ")");
      }
    }
  }

  List<String> said() {
    synchronized (said) {
      return List.copyOf(said);
    }
  }

  /** What the first group of {@code pattern} is in the first line with it, if there is one yet. */
  Optional<String> find(Pattern pattern) {
    return said().stream()
        .map(pattern::matcher)
        .filter(Matcher::find)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  /** Waits for a line with {@code pattern}; gives its first group. */
  String await(Pattern pattern) {
    await("a line with " + pattern, () -> find(pattern).isPresent());
    return find(pattern).orElseThrow();
  }

  void await(String text) {
    await("a line with " + text, () -> said().stream().anyMatch(line -> line.contains(text)));
  }

  /** Waits while the demo lives until {@code reached} holds. */
  void await(String what, BooleanSupplier reached) {
    long end = System.nanoTime() + STAGE_LIMIT.toNanos();
    while (!reached.getAsBoolean()) {
      if (!process.isAlive()) {
        fail("the demo ended before there was %s:\n%s", what, String.join("\n", said()));
      }
      if (System.nanoTime() > end) {
        fail("there was no %s within %s:\n%s", what, STAGE_LIMIT, String.join("\n", said()));
      }
      pause();
    }
  }

  /** Ctrl-C. */
  void interrupt() throws IOException {
    signal("INT", "-" + process.pid());
  }

  /** kill -9 of the demo's own process only. */
  void kill() {
    process.destroyForcibly();
  }

  private static void signal(String name, String to) throws IOException {
    Process kill =
        new ProcessBuilder("bash", "-c", "kill -" + name + " -- " + to).inheritIO().start();
    try {
      assertThat(kill.waitFor()).as("kill -%s %s", name, to).isZero();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Its exit status; it has to end within {@code limit}. */
  int awaitExit(Duration limit) throws InterruptedException {
    assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
        .as("the end of the demo, which said:%n%s", String.join("\n", said()))
        .isTrue();
    reader.join(limit.toMillis());
    return process.exitValue();
  }

  /** What it has started and is there now. */
  List<ProcessHandle> others() {
    return ProcessHandle.allProcesses()
        .filter(other -> other.pid() != process.pid() && session(other.pid()) == process.pid())
        .toList();
  }

  private List<String> leftovers() {
    return others().stream()
        .map(other -> other.pid() + " " + other.info().commandLine().orElse("?"))
        .toList();
  }

  /** Field 6 of proc(5)'s stat, after the command in brackets; -1 for a process that is gone. */
  private static long session(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[0].equals("Z") ? -1 : Long.parseLong(fields[3]);
    } catch (IOException e) {
      return -1;
    }
  }

  /** Nothing of it may be there {@code limit} from now. */
  void assertNothingLeft(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!others().isEmpty() && System.nanoTime() < end) {
      pause();
    }
    assertThat(leftovers()).as("processes of the demo %s after its end", limit).isEmpty();
  }

  static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** For a test that failed: nothing stays behind. */
  @Override
  public void close() {
    process.destroyForcibly();
    others().forEach(ProcessHandle::destroyForcibly);
  }
}
