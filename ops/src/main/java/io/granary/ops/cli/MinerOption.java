package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.ops.client.NodeClient;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --miner}, or the only one the node has. */
final class MinerOption {
  @Option(
      names = "--miner",
      paramLabel = "MINER",
      defaultValue = "",
      description = "The miner, f0… (default: the node's only one).")
  private String miner = "";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

  String of(NodeClient client) {
    if (!miner.isEmpty()) {
      if (!miner.matches("[ft]0[0-9]+")) {
        throw new ParameterException(
            mixee.commandLine(), "--miner: expected an id address such as f01000, got " + miner);
      }
      return miner;
    }
    JsonNode miners = client.get("/v1/miners").path("miners");
    if (miners.size() == 1) {
      return miners.get(0).path("miner").asText();
    }
    throw new ParameterException(
        mixee.commandLine(),
        miners.isEmpty()
            ? "the node works for no miner yet: granary miner create --sector-size SIZE"
            : "the node works for " + miners.size() + " miners: name one with --miner");
  }
}
