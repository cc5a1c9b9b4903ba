package io.granary.ops.cli;

import io.granary.prover.storage.SectorStore;
import io.granary.prover.storage.StoragePath;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary storage}. */
@Command(
    name = "storage",
    description = "Storage paths in the lotus layout.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class StorageCommand {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "init",
      description = "Make a folder a storage path: write its sectorstore.json.",
      mixinStandardHelpOptions = true)
  int init(
      @Parameters(paramLabel = "FOLDER", description = "The folder; made when missing.")
          Path folder) {
    SectorStore store =
        StoragePath.create(folder.toAbsolutePath(), SectorStore.DEFAULT_WEIGHT, true, true, 0);
    spec.commandLine()
        .getOut()
        .println(
            folder + " is storage path " + store.id() + "; add it to granary.prover.storage.paths");
    return 0;
  }
}
