package io.granary.ops.cli;

import io.granary.ops.demo.Demo;
import io.granary.ops.demo.DemoException;
import io.granary.ops.demo.DemoOptions;
import io.granary.ops.demo.DemoStage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary demo}. */
@Command(
    name = "demo",
    description =
        "Store a file in a sector of a local chain: sealed, committed, proven in two proving periods,"
            + " unsealed and compared.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The file to store; at most 8,323,072 bytes.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--keep", description = "Leave it running at the end; Ctrl-C ends it.")
  private boolean keep;

  @Option(names = "--resume", description = "Go on with the demo that was interrupted.")
  private boolean resume;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Where everything of the demo lies (default: ~/.local/share/granary/demo).")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--sector-size",
      paramLabel = "SIZE",
      defaultValue = "8MiB",
      description = "8MiB (default), or 2KiB for a file of at most 2,032 bytes.")
  private String sectorSize = "8MiB";

  @Override
  public Integer call() throws InterruptedException {
    if (!sectorSize.equals("8MiB") && !sectorSize.equals("2KiB")) {
      throw new DemoException("--sector-size: expected 8MiB or 2KiB, got " + sectorSize);
    }
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine narrator = new ProgressLine(out, Boolean.getBoolean("granary.terminal"));
    DemoOptions options =
        new DemoOptions(
            file,
            data.orElseGet(DemoCommand::defaultFolder).toAbsolutePath(),
            sectorSize,
            keep,
            resume,
            2);
    Optional<DemoStage> kept = new Demo(options, narrator).run();
    if (kept.isPresent()) {
      DemoStage stage = kept.get();
      Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "demo-close"));
      new CountDownLatch(1).await();
    }
    return 0;
  }

  private static Path defaultFolder() {
    String shared = System.getenv("XDG_DATA_HOME");
    Path base =
        shared == null || shared.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "share")
            : Path.of(shared);
    return base.resolve("granary").resolve("demo");
  }
}
