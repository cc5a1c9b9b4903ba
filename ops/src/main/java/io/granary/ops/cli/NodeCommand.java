package io.granary.ops.cli;

import io.granary.ops.node.Node;
import io.granary.ops.node.NodeConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code granary node}: runs until it is told to leave. */
@Command(
    name = "node",
    description = "Run a node until SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
  /** From the parent's end to this process's own, whatever happens. */
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(30);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The node's configuration, HOCON.")
  private Path config = Path.of("");

  @Option(
      names = "--with-parent",
      hidden = true,
      description = "End when standard input closes, that is, when the parent process ends.")
  private boolean withParent;

  @Override
  public Integer call() throws InterruptedException {
    CompletableFuture<Node> started = new CompletableFuture<>();
    if (withParent) {
      daemon("parent-watch", () -> followParent(started));
    }
    Node node = Node.start(NodeConfiguration.load(config));
    started.complete(node);
    node.awaitTermination();
    return 0;
  }

  /** Nothing is said on standard input; only its end matters. */
  private static void followParent(CompletableFuture<Node> started) {
    String why = "the parent process ended";
    try {
      int read;
      do {
        read = System.in.read();
      } while (read >= 0);
    } catch (IOException e) {
      why = "standard input failed, taken as the parent's end: " + e.getMessage();
    }
    daemon("halt", NodeCommand::haltLater);
    if (started.isDone()) {
      started.join().leave(why);
    } else {
      // Nothing was taken over yet that others would have to be handed.
      System.exit(1);
    }
  }

  /** With its parent, chain and store may have ended too, and leaving in order may never end. */
  private static void haltLater() {
    try {
      Thread.sleep(LEAVE_LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(1);
  }

  private static void daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
