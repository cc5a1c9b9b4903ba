package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary deals import-direct}; its names are those of {@code boostd import-direct} too. */
@Command(
    name = "import-direct",
    description =
        "Take a direct deal (FIP-0076): a piece that a client allocated DataCap for, with its file,"
            + " readable on the node where the deal will live. The sector claims the allocation;"
            + " nothing is published. The same command again goes on with the same deal.",
    mixinStandardHelpOptions = true)
final class ImportDirectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private NodeOptions options = new NodeOptions();

  @Parameters(index = "0", paramLabel = "PIECE", description = "The piece's CID, baga….")
  private String piece = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "The piece's data as the client made it, on the node's machine.")
  private Path file = Path.of("");

  @Option(
      names = {"--client", "--client-addr"},
      paramLabel = "ADDRESS",
      required = true,
      description = "Whose allocation it is.")
  private String client = "";

  @Option(
      names = {"--allocation", "--allocation-id"},
      paramLabel = "ID",
      required = true,
      description = "The allocation's id in the verified registry.")
  private long allocation;

  @Option(
      names = "--start-epoch",
      paramLabel = "EPOCH",
      description =
          "The sector is to be active by then (default: as late as the allocation allows).")
  private Optional<Long> startEpoch = Optional.empty();

  @Option(
      names = "--end-epoch",
      paramLabel = "EPOCH",
      description = "When the deal ends (default: the allocation's least term after its start).")
  private Optional<Long> endEpoch = Optional.empty();

  @Option(
      names = "--skip-ipni-announce",
      description = "Index the piece, but do not tell indexers of it.")
  private boolean quiet;

  @Option(names = "--remove-unsealed-copy", description = "Keep no copy to retrieve from.")
  private boolean sealedOnly;

  @Override
  public Integer call() {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("piece", piece)
            .put("client", client)
            .put("allocation", allocation)
            .put("announce", !quiet)
            .put("keepUnsealed", !sealedOnly)
            .put("file", file.toAbsolutePath().toString());
    startEpoch.ifPresent(epoch -> body.put("startEpoch", epoch));
    endEpoch.ifPresent(epoch -> body.put("endEpoch", epoch));
    JsonNode answer = options.client().post("/v1/deals/direct", body);
    var out = spec.commandLine().getOut();
    if (options.json()) {
      NodeOptions.printJson(out, answer);
    } else {
      out.println("deal " + answer.path("deal").asText() + " has allocation " + allocation);
    }
    return 0;
  }
}
