package io.granary.ops.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.DevnetSettings;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.NodeConfiguration;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code granary devnet}: a local chain, for nodes started by hand. */
@Command(
    name = "devnet",
    description = "Run a local chain behind the Lotus v1 JSON-RPC until Ctrl-C.",
    mixinStandardHelpOptions = true)
final class DevnetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      required = true,
      description = "Where chain, wallet and token lie; an existing chain goes on.")
  private Path data = Path.of("");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "1234",
      description = "Port of the JSON-RPC on loopback (default ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Other settings of granary.devnet.")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    Config base = config.map(NodeConfiguration::load).orElseGet(ConfigFactory::load);
    Path folder = data.toAbsolutePath();
    Config root =
        ConfigFactory.parseString(
                "granary.prover.child.work-directory = "
                    + NodeConfiguration.quoted(folder.resolve("verifier").toString()))
            .withFallback(base)
            .resolve();
    DevnetProcess process = DevnetProcess.start(DevnetSettings.from(root).at(folder, port), root);
    Runtime.getRuntime().addShutdownHook(new Thread(process::close, "devnet-close"));
    PrintWriter out = spec.commandLine().getOut();
    out.println("chain node  " + process.devnet().url());
    out.println("token file  " + process.devnet().tokenFile());
    out.println("wallet      " + process.devnet().defaultAddress());
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }
}
