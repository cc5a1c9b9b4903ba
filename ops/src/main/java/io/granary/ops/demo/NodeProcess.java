package io.granary.ops.demo;

import io.granary.ops.client.NodeClient;
import io.granary.ops.client.NodeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A {@code granary node} as a process of its own, with this JVM's class path. It ends when this
 * process does, because its standard input closes then ({@code --with-parent}).
 */
public final class NodeProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final int LOG_TAIL_LINES = 15;

  private final Process process;
  private final URI address;
  private final Path log;

  private NodeProcess(Process process, URI address, Path log) {
    this.process = process;
    this.address = address;
    this.log = log;
  }

  /**
   * Starts a node with the configuration file {@code config}; its output is appended to {@code
   * log}.
   *
   * @throws DemoException when the process cannot be started
   */
  public static NodeProcess start(Path config, URI address, Path log, String heap) {
    return start(config, address, log, heap, Map.of());
  }

  /** As {@link #start(Path, URI, Path, String)}, with more environment variables. */
  public static NodeProcess start(
      Path config, URI address, Path log, String heap, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.add("-XX:+UseSerialGC");
    command.add("-Dgranary.log.level=INFO");
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    for (String name : List.of("granary.home", "granary.cassandra.lib")) {
      String value = System.getProperty(name);
      if (value != null) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.granary.ops.Main");
    command.add("node");
    command.add("--config");
    command.add(config.toString());
    command.add("--with-parent");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      return new NodeProcess(builder.start(), address, log);
    } catch (IOException e) {
      throw new DemoException("the node cannot be started: " + e.getMessage(), e);
    }
  }

  /** A client of this node's management HTTP. */
  public NodeClient client() {
    return new NodeClient(address);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Where its output goes. */
  public Path log() {
    return log;
  }

  /**
   * Returns when the node is ready to take commands.
   *
   * @throws DemoException when it ends or is not ready in time; names its log
   */
  public void awaitReady() {
    long limit = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < limit) {
      if (!process.isAlive()) {
        throw new DemoException("the node ended with code " + process.exitValue() + logTail());
      }
      try {
        client().get("/v1/miners");
        return;
      } catch (NodeException e) {
        sleep(e);
      }
    }
    throw new DemoException(
        "the node was not ready within " + START_LIMIT.toSeconds() + " s" + logTail());
  }

  private static void sleep(NodeException reason) {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      e.addSuppressed(reason);
      throw new DemoException("interrupted while the node started", e);
    }
  }

  private String logTail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return "; the end of "
          + log
          + ":\n"
          + String.join(
              "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "; its log " + log + " cannot be read: " + e.getMessage();
    }
  }

  /** Kills it as kill -9 does, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    await(STOP_LIMIT);
  }

  /** Lets it leave the cluster; kills it when that takes too long. */
  @Override
  public void close() {
    process.destroy();
    if (!await(STOP_LIMIT)) {
      kill();
    }
  }

  private boolean await(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
