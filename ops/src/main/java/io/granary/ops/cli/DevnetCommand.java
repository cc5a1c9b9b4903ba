package io.granary.ops.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.granary.devnet.DevnetSettings;
import io.granary.devnet.PreSealedFile;
import io.granary.devnet.chain.GenesisSpec.PreSealed;
import io.granary.ops.node.DevnetProcess;
import io.granary.ops.node.NodeConfiguration;
import io.granary.ops.node.PreSealing;
import io.granary.prover.ProverWorkersSettings;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  @Option(
      names = "--pre-seal",
      paramLabel = "SECTORS",
      description =
          "Seal so many sectors for t01000 into FOLDER/storage first, for a new chain to begin"
              + " with.")
  private Optional<Integer> preSeal = Optional.empty();

  @Option(
      names = "--per-deadline",
      paramLabel = "SECTORS",
      defaultValue = "0",
      description = "With --pre-seal: how many go into each deadline; 0 spreads them by the rule.")
  private int perDeadline;

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
    DevnetSettings settings = DevnetSettings.from(root).at(folder, port);
    if (preSeal.isPresent()) {
      settings = withPreSealed(settings, root, folder);
    }
    DevnetProcess process = DevnetProcess.start(settings, root);
    Runtime.getRuntime().addShutdownHook(new Thread(process::close, "devnet-close"));
    PrintWriter out = spec.commandLine().getOut();
    out.println("chain node  " + process.devnet().url());
    out.println("token file  " + process.devnet().tokenFile());
    out.println("wallet      " + process.devnet().defaultAddress());
    out.flush();
    new CountDownLatch(1).await();
    return 0;
  }

  /** Sealed once: on a folder that has them already, the sectors are read. */
  private DevnetSettings withPreSealed(DevnetSettings settings, Config root, Path folder) {
    Path file = folder.resolve("pre-sealed.json");
    List<PreSealed> sectors =
        Files.exists(file) ? PreSealedFile.read(file) : seal(settings, root, folder, file);
    PrintWriter out = spec.commandLine().getOut();
    out.println("pre-sealed  " + sectors.size() + " sectors of t01000, storage path");
    out.println("            " + folder.resolve("storage"));
    return settings.withPreSealed(settings.sectorSize(), sectors);
  }

  private List<PreSealed> seal(DevnetSettings settings, Config root, Path folder, Path file) {
    PreSealing.Order order =
        new PreSealing.Order(settings.sectorSize(), preSeal.orElseThrow(), perDeadline);
    try (Children children = new Children(ProverWorkersSettings.from(root).child())) {
      return PreSealing.seal(children, folder.resolve("storage"), file, order, done -> {});
    } catch (IOException e) {
      throw new UncheckedIOException("prover children for pre-sealing", e);
    }
  }
}
