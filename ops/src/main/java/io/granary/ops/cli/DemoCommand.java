package io.granary.ops.cli;

import io.granary.ops.demo.Demo;
import io.granary.ops.demo.DemoException;
import io.granary.ops.demo.DemoOptions;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary demo}. */
@Command(
    name = "demo",
    description = {
      "Store a file in a sector of a local chain: sealed, committed, proven in two proving periods,"
          + " unsealed and compared.",
      "With --deal from the client's side: proposed, transferred, published, sealed, active and"
          + " retrieved by granary client."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  /** As a shell reports a process that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  /** What is stored when no FILE is named; in the folder that ./granary names. */
  private static final String PICTURE = "ops/demo/granary.png";

  private static final int PERIODS = 2;
  private static final String DEFAULT_SIZE = "8MiB";
  private static final int DEFAULT_COLUMNS = 80;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description =
          "The file to store; at most 8,323,072 bytes (default: a picture of the repository).")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--deal",
      description =
          "Store it by a deal that `granary client` makes; the file as a CAR must fit into a"
              + " sector.")
  private boolean deal;

  @Option(
      names = "--indexer",
      paramLabel = "URL",
      description =
          "With --deal: the announce URL of an IPNI indexer that is told of what is stored; more"
              + " than one may be given (default: none).")
  private List<URI> indexers = new ArrayList<>();

  @Option(names = "--keep", description = "Leave it running at the end; Ctrl-C ends it.")
  private boolean keep;

  @Option(
      names = "--resume",
      description = "Go on with the demo that was interrupted, if there is one; else begin it.")
  private boolean resume;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where everything of the demo lies (default: ~/.local/share/granary/demo).")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--sector-size",
      paramLabel = "SIZE",
      defaultValue = DEFAULT_SIZE,
      description = "8MiB (default), or 2KiB for a file of at most 2,032 bytes.")
  private String sectorSize = DEFAULT_SIZE;

  @Override
  public Integer call() {
    if (!sectorSize.equals(DEFAULT_SIZE) && !sectorSize.equals("2KiB")) {
      throw new DemoException("--sector-size: expected 8MiB or 2KiB, got " + sectorSize);
    }
    if (!deal && !indexers.isEmpty()) {
      throw new DemoException("--indexer: only a demo with --deal advertises anything");
    }
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine narrator =
        new ProgressLine(
            out,
            Boolean.getBoolean("granary.terminal"),
            Integer.getInteger("granary.columns", DEFAULT_COLUMNS),
            Charset.defaultCharset());
    boolean ended =
        new Demo(
                new DemoOptions(
                    file,
                    Optional.ofNullable(System.getProperty("granary.home"))
                        .map(home -> Path.of(home, PICTURE)),
                    data.orElseGet(DemoCommand::defaultFolder).toAbsolutePath().normalize(),
                    sectorSize,
                    deal,
                    indexers,
                    keep,
                    resume,
                    PERIODS,
                    goOnWith()),
                narrator)
            .run();
    return ended ? 0 : INTERRUPTED;
  }

  private String goOnWith() {
    StringBuilder line = new StringBuilder("./granary demo --resume");
    if (deal) {
      line.append(" --deal");
    }
    indexers.forEach(url -> line.append(" --indexer ").append(url));
    data.ifPresent(folder -> line.append(" --data ").append(folder));
    if (!sectorSize.equals(DEFAULT_SIZE)) {
      line.append(" --sector-size ").append(sectorSize);
    }
    if (keep) {
      line.append(" --keep");
    }
    return line.toString();
  }

  private static Path defaultFolder() {
    String shared = System.getenv("XDG_DATA_HOME");
    Path base =
        shared == null || shared.isEmpty()
            ? home().resolve(".local").resolve("share")
            : Path.of(shared);
    return base.resolve("granary").resolve("demo");
  }

  /** As the shell sees it; the JVM's own answer does not follow the environment. */
  private static Path home() {
    String home = System.getenv("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
  }
}
