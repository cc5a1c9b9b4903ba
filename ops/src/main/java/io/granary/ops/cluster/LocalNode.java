package io.granary.ops.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.client.NodeClient;
import io.granary.ops.client.NodeException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One {@code granary node} as a process of its own, which can be treated badly. */
public final class LocalNode implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final int LOG_TAIL_LINES = 25;

  private final String name;
  private final String clusterAddress;
  private final URI management;
  private final Path config;
  private final Path log;
  private final List<String> javaOptions;
  private final boolean supervised;
  private Optional<Process> process = Optional.empty();

  LocalNode(
      String name,
      String clusterAddress,
      URI management,
      Path config,
      Path log,
      List<String> javaOptions,
      boolean supervised) {
    this.name = name;
    this.clusterAddress = clusterAddress;
    this.management = management;
    this.config = config;
    this.log = log;
    this.javaOptions = List.copyOf(javaOptions);
    this.supervised = supervised;
  }

  public String name() {
    return name;
  }

  /** As the cluster's members call it, {@code akka://granary@host:port}. */
  public String clusterAddress() {
    return clusterAddress;
  }

  /** Where its output goes, that of all its processes. */
  public Path log() {
    return log;
  }

  /** A client of this node's management HTTP. */
  public NodeClient client() {
    return new NodeClient(management);
  }

  /** Starts its process; does not wait for it. */
  public void start() {
    if (isAlive()) {
      throw new ClusterException(name + " runs already");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.addAll(
        List.of("io.granary.ops.Main", "node", "--config", config.toString(), "--with-parent"));
    if (supervised) {
      command.add("--supervise");
    }
    try {
      process =
          Optional.of(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                  .start());
    } catch (IOException e) {
      throw new ClusterException(name + " cannot be started", e);
    }
  }

  public boolean isAlive() {
    return process.map(Process::isAlive).orElse(false);
  }

  public long pid() {
    return process.orElseThrow(() -> new ClusterException(name + " was not started")).pid();
  }

  /** The process that is the node: that of its supervisor's child, where it has one. */
  public long nodePid() {
    if (!supervised) {
      return pid();
    }
    return ProcessHandle.of(pid())
        .flatMap(parent -> parent.children().findFirst())
        .map(ProcessHandle::pid)
        .orElseThrow(() -> new ClusterException(name + " has no process now"));
  }

  /** Kills the node as kill -9 does, and waits until it is gone. */
  public void kill() {
    if (supervised) {
      signal("KILL");
      return;
    }
    process.ifPresent(Process::destroyForcibly);
    awaitEnd(STOP_LIMIT);
  }

  /** SIGTERM; does not wait. */
  public void terminate() {
    process.ifPresent(Process::destroy);
  }

  /** SIGSTOP: the process stands still, its sockets stay open. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT: it goes on as if nothing had been. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String signal) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + signal, Long.toString(nodePid())).start().waitFor();
      if (code != 0) {
        throw new ClusterException("kill -" + signal + " of " + name + " ended with " + code);
      }
    } catch (IOException e) {
      throw new ClusterException("kill cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted", e);
    }
  }

  /** Whether its process ends within {@code limit}. */
  public boolean awaitEnd(Duration limit) {
    try {
      return process.isEmpty() || process.get().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The exit code of its ended process. */
  public int exitCode() {
    return process.orElseThrow(() -> new ClusterException(name + " was not started")).exitValue();
  }

  /** Names of the members it sees as up, and reachable as far as it knows; empty: no answer. */
  public List<String> membersUp() {
    try {
      JsonNode answer = client().get("/cluster/members");
      List<String> unreachable = answer.path("unreachable").findValuesAsText("node");
      List<String> up = new ArrayList<>();
      for (JsonNode member : answer.path("members")) {
        String node = member.path("node").asText();
        if (member.path("status").asText().equals("Up") && !unreachable.contains(node)) {
          up.add(node);
        }
      }
      return up;
    } catch (NodeException e) {
      return List.of();
    }
  }

  /** The last lines of its log, for a failure's message. */
  public String logTail() {
    try {
      List<String> lines = Files.readAllLines(log);
      return log
          + ":\n"
          + String.join(
              "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return log + " cannot be read: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    if (!isAlive()) {
      return;
    }
    terminate();
    if (!awaitEnd(STOP_LIMIT)) {
      process.ifPresent(
          each -> {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly();
          });
    }
  }
}
