package io.granary.ops.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One {@code granary client …} as a person runs it: a process of its own. */
final class ClientProcess implements AutoCloseable {
  /** As ./granary gives it; opening a key takes half of it. */
  private static final String HEAP = "256m";

  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final Process process;
  private final Path errors;
  private final Thread reader;

  private ClientProcess(Process process, Path errors, Thread reader) {
    this.process = process;
    this.errors = errors;
    this.reader = reader;
  }

  /**
   * Starts {@code granary client} with {@code arguments}.
   *
   * @param environment beside this process's own
   * @param errors a file that gets what it says of failures
   * @param lines hears each line of its output, on a thread of its own
   * @throws DemoException when it cannot be started
   */
  static ClientProcess start(
      List<String> arguments,
      Map<String, String> environment,
      Path errors,
      Consumer<String> lines) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + HEAP, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-Dstdout.encoding=UTF-8", "-Dfile.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("io.granary.ops.Main", "client"));
    command.addAll(arguments);
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      Thread reader = new Thread(() -> read(process, lines), "demo-client");
      reader.setDaemon(true);
      reader.start();
      return new ClientProcess(process, errors, reader);
    } catch (IOException e) {
      throw new DemoException("granary client cannot be started: " + e.getMessage(), e);
    }
  }

  private static void read(Process process, Consumer<String> lines) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null) {
        lines.accept(line);
        line = output.readLine();
      }
    } catch (IOException e) {
      lines.accept("(its output cannot be read: " + e.getMessage() + ")");
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until it has ended well and all its output was heard.
   *
   * @throws DemoException with its own words when it ended otherwise, or not within {@code limit}
   */
  void awaitSuccess(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new DemoException("granary client did not end within " + limit.toSeconds() + " s");
      }
      reader.join(END_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("interrupted", e);
    }
    if (process.exitValue() != 0) {
      throw new DemoException(
          "granary client ended with code " + process.exitValue() + ": " + complaint());
    }
  }

  private String complaint() {
    try {
      return Files.readString(errors).strip();
    } catch (IOException e) {
      return errors + " cannot be read: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      reader.join(END_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
