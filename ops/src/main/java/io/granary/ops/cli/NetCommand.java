package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary net}: the node as a libp2p peer. */
@Command(
    name = "net",
    description = "The node as a libp2p peer.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class NetCommand {
  private static final String PATH = "/v1/net";

  @Spec private CommandSpec spec = CommandSpec.create();

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  @Command(
      name = "id",
      description = "Show the peer id, which the chain must name for clients to find the node.",
      mixinStandardHelpOptions = true)
  int id(@Mixin NodeOptions options) {
    JsonNode net = options.client().get(PATH);
    if (options.json()) {
      NodeOptions.printJson(out(), net.path("peerId"));
    } else {
      out().println(net.path("peerId").asText());
    }
    return 0;
  }

  @Command(
      name = "listen",
      description = "Show where the node listens, in full, as a peer would dial it.",
      mixinStandardHelpOptions = true)
  int listen(@Mixin NodeOptions options) {
    JsonNode net = options.client().get(PATH);
    if (options.json()) {
      NodeOptions.printJson(out(), net.path("listenAddresses"));
      return 0;
    }
    String peer = net.path("peerId").asText();
    net.path("listenAddresses")
        .forEach(address -> out().println(address.asText() + "/p2p/" + peer));
    return 0;
  }

  @Command(
      name = "found",
      description =
          "Show where the chain says that clients find the miner, and what is wrong with it; ends"
              + " with 1 when something is.",
      mixinStandardHelpOptions = true)
  int found(@Mixin NodeOptions options) {
    JsonNode found = options.client().get(PATH).path("onChain");
    if (found.isMissingNode()) {
      spec.commandLine().getErr().println("this node serves no deals: nobody has to find it");
      return 1;
    }
    int result = found.path("problems").isEmpty() && found.has("lookedAt") ? 0 : 1;
    if (options.json()) {
      NodeOptions.printJson(out(), found);
      return result;
    }
    out().println("miner      " + found.path("miner").asText());
    out().println("compared   " + found.path("lookedAt").asText("not yet"));
    out().println("peer       " + found.path("peerId").asText("none on chain"));
    found.path("addresses").forEach(each -> out().println("address    " + each.asText()));
    found.path("problems").forEach(each -> out().println("WRONG      " + each.asText()));
    found.path("asked").forEach(each -> out().println("mended by  " + each.asText()));
    if (found.has("unread")) {
      out().println("not read   " + found.path("unread").asText());
    }
    return result;
  }

  @Command(name = "peers", description = "Show who is connected.", mixinStandardHelpOptions = true)
  int peers(@Mixin NodeOptions options) {
    JsonNode net = options.client().get(PATH);
    if (options.json()) {
      NodeOptions.printJson(out(), net.path("peers"));
      return 0;
    }
    Table table = new Table("PEER", "ADDRESS", "AGENT");
    net.path("peers")
        .forEach(
            peer ->
                table.row(
                    peer.path("peerId").asText(),
                    peer.path("address").asText(),
                    peer.path("agent").asText().isEmpty() ? "-" : peer.path("agent").asText()));
    table.print(out());
    return 0;
  }

  @Command(
      name = "connect",
      description = "Connect to a peer and show what it says of itself.",
      mixinStandardHelpOptions = true)
  int connect(
      @Mixin NodeOptions options,
      @Parameters(
              paramLabel = "ADDRESS",
              description = "Where it is and who it is: /ip4/…/tcp/…/p2p/….")
          String address) {
    JsonNode peer =
        options
            .client()
            .post(PATH + "/connect", JsonNodeFactory.instance.objectNode().put("address", address));
    if (options.json()) {
      NodeOptions.printJson(out(), peer);
      return 0;
    }
    out().println("connected to " + peer.path("peerId").asText());
    out().println("agent      " + peer.path("agent").asText());
    peer.path("listenAddresses").forEach(each -> out().println("listens on " + each.asText()));
    peer.path("protocols").forEach(each -> out().println("serves     " + each.asText()));
    return 0;
  }
}
