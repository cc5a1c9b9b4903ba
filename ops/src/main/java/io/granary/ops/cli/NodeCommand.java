package io.granary.ops.cli;

import io.granary.ops.node.Node;
import io.granary.ops.node.NodeConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code granary node}: runs until it is told to leave. */
@Command(
    name = "node",
    description = "Run a node until SIGTERM or Ctrl-C.",
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
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
    Node node = Node.start(NodeConfiguration.load(config));
    if (withParent) {
      Thread watch = new Thread(() -> awaitEndOfInput(node), "parent-watch");
      watch.setDaemon(true);
      watch.start();
    }
    node.awaitTermination();
    return 0;
  }

  /** Nothing is said on standard input; only its end matters. */
  private static void awaitEndOfInput(Node node) {
    try {
      int read;
      do {
        read = System.in.read();
      } while (read >= 0);
    } catch (IOException e) {
      node.leave("standard input failed: " + e.getMessage());
      return;
    }
    node.leave("the parent process ended");
  }
}
