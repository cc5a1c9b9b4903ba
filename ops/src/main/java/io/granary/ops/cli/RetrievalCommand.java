package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary retrieval}: what the node serves of pieces and blocks. */
@Command(
    name = "retrieval",
    description = "What the node serves of pieces and blocks.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class RetrievalCommand {
  private static final String PATH = "/v1/retrieval";

  @Spec private CommandSpec spec = CommandSpec.create();

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @Command(
      name = "status",
      description = "Show where the node serves, how many pieces, and what indexers are told.",
      mixinStandardHelpOptions = true)
  int status(@Mixin NodeOptions options) {
    JsonNode status = options.client().get(PATH);
    if (options.json()) {
      NodeOptions.printJson(out(), status);
      return 0;
    }
    JsonNode http = status.path("http");
    JsonNode pieces = status.path("pieces");
    out().println("listens on   " + status.path("address").asText());
    out()
        .println(
            "connections  %s of %s addresses, %s refused"
                .formatted(
                    http.path("connections").asText(),
                    http.path("addresses").asText(),
                    http.path("connectionsRefused").asText()));
    out()
        .println(
            "requests     %s under way, %s refused"
                .formatted(http.path("requests").asText(), http.path("requestsRefused").asText()));
    out()
        .println(
            "pieces       %s readable, %s sealed, %s indexed"
                .formatted(
                    pieces.path("readable").asText(),
                    pieces.path("sealed").asText(),
                    pieces.path("indexed").asText()));
    JsonNode plain = status.path("plainCopies");
    out()
        .println(
            plain.isMissingNode()
                ? "plain copies are not made"
                : "plain copies %s, %s of %s bytes"
                    .formatted(
                        plain.path("copies").asText(),
                        plain.path("bytes").asText(),
                        plain.path("bytesMax").asText()));
    JsonNode advertised = status.path("advertised");
    out()
        .println(
            advertised.isMissingNode()
                ? "indexers     are not told"
                : "advertised   %s pieces, newest advertisement %s"
                    .formatted(
                        advertised.path("pieces").asText(),
                        advertised.path("head").asText("none")));
    return 0;
  }

  @Command(
      name = "piece",
      description = "Show whether a piece is served, indexed and advertised, and whose it is.",
      mixinStandardHelpOptions = true)
  int piece(
      @Mixin NodeOptions options,
      @Parameters(paramLabel = "CID", description = "The piece's CID, version 1 or 2.")
          String cid) {
    JsonNode piece =
        options.client().get(PATH + "/pieces/" + URLEncoder.encode(cid, StandardCharsets.UTF_8));
    if (options.json()) {
      NodeOptions.printJson(out(), piece);
      return 0;
    }
    String sector = piece.has("sector") ? " in sector " + piece.path("sector").asText() : "";
    String reason = piece.has("reason") ? ": " + piece.path("reason").asText() : "";
    out().println("piece       " + piece.path("piece").asText());
    out()
        .println(
            "served      " + piece.path("served").asText("not by this node") + sector + reason);
    JsonNode index = piece.path("index");
    out()
        .println(
            index.isMissingNode()
                ? "index       none"
                : "index       %s, %s blocks"
                    .formatted(index.path("stage").asText(), index.path("blocks").asText()));
    out().println("advertised  " + piece.path("advertisement").asText("no"));
    Table table = new Table("DEAL", "STANDING", "ANNOUNCE", "KEEP UNSEALED");
    piece
        .path("deals")
        .forEach(
            deal ->
                table.row(
                    deal.path("deal").asText(),
                    deal.path("standing").asText(),
                    deal.path("announce").asText(),
                    deal.path("keepUnsealed").asText()));
    table.print(out());
    return 0;
  }
}
