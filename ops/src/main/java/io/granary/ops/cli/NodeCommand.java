package io.granary.ops.cli;

import com.typesafe.config.Config;
import io.granary.ops.node.Node;
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.node.NodeSettings;
import io.granary.ops.supervise.Supervisor;
import io.granary.ops.supervise.SupervisorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
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
      names = "--supervise",
      description =
          "Run the node as a child process, start it anew whenever it dies, and tell the other"
              + " members at once that it died (granary.node.supervisor).")
  private boolean supervise;

  @Option(
      names = "--with-parent",
      hidden = true,
      description = "End when standard input closes, that is, when the parent process ends.")
  private boolean withParent;

  @Override
  public Integer call() throws InterruptedException {
    return supervise ? supervised() : alone();
  }

  private int alone() throws InterruptedException {
    CompletableFuture<Node> started = new CompletableFuture<>();
    if (withParent) {
      daemon(
          "parent-watch",
          () ->
              followParent(
                  why -> {
                    if (started.isDone()) {
                      started.join().leave(why);
                    } else {
                      // Nothing was taken over yet that others would have to be handed.
                      System.exit(1);
                    }
                  }));
    }
    Node node = Node.start(NodeConfiguration.load(config));
    started.complete(node);
    node.awaitTermination();
    return 0;
  }

  /** A wrong configuration stops it here, before the first child. */
  private int supervised() throws InterruptedException {
    Config loaded = NodeConfiguration.load(config);
    Node.check(loaded);
    Supervisor supervisor =
        new Supervisor(
            SupervisorSettings.from(loaded),
            NodeSettings.from(loaded).dataDirectory(),
            () ->
                new ProcessBuilder(
                        ChildCommand.of("node", "--config", config.toString(), "--with-parent"))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::stop, "supervisor-stop"));
    if (withParent) {
      daemon("parent-watch", () -> followParent(why -> supervisor.stop()));
    }
    return supervisor.run();
  }

  /** Nothing is said on standard input; only its end matters. */
  private static void followParent(Consumer<String> leave) {
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
    leave.accept(why);
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
