package io.granary.ops.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientChain;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.SignedStorageAsk;
import io.granary.protocol.deal.StorageAsk;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary client ask}. */
@Command(
    name = "ask",
    description = "Ask a provider for its price and sizes; the worker's signature is checked.",
    mixinStandardHelpOptions = true)
final class ClientAskCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ClientOptions options = new ClientOptions();
  @Mixin private ClientChainOptions chainOptions = new ClientChainOptions();

  @Parameters(paramLabel = "PROVIDER", description = "The provider, f0….")
  private String provider = "";

  @Option(
      names = "--unchecked",
      description = "Do not check the signature; with --address no chain node is needed then.")
  private boolean unchecked;

  @Override
  public Integer call() {
    Address miner = ClientChainOptions.miner(provider);
    ClientSettings settings = chainOptions.client();
    try (LotusChainGateway chain = chainOptions.chain();
        NettyHost host = chainOptions.host(options)) {
      ClientChain finder = new ClientChain(chain, settings.chainLimit());
      ProviderLink link = new ProviderLink(host, chainOptions.provider(miner, finder), settings);
      print(unchecked ? link.ask() : link.ask(finder.workerKey(miner)));
    }
    return 0;
  }

  private void print(SignedStorageAsk signed) {
    StorageAsk ask = signed.ask();
    if (options.json()) {
      ObjectNode json =
          JsonNodeFactory.instance
              .objectNode()
              .put("miner", ask.miner().toString())
              .put("pricePerGibEpoch", ask.price().toString())
              .put("verifiedPricePerGibEpoch", ask.verifiedPrice().toString())
              .put("minPieceBytes", ask.minPieceBytes())
              .put("maxPieceBytes", ask.maxPieceBytes())
              .put("sequence", ask.sequence())
              .put("madeAtEpoch", ask.timestamp().value())
              .put("expiresAtEpoch", ask.expiry().value())
              .put("signatureChecked", !unchecked);
      NodeOptions.printJson(spec.commandLine().getOut(), json);
      return;
    }
    new Table()
        .row("price", ask.price() + " attoFIL per GiB and epoch")
        .row("verified price", ask.verifiedPrice() + " attoFIL per GiB and epoch")
        .row("piece size", ask.minPieceBytes() + " to " + ask.maxPieceBytes() + " bytes, padded")
        .row("expires", "at epoch " + ask.expiry())
        .row("signature", unchecked ? "not checked" : "of the miner's worker")
        .print(spec.commandLine().getOut());
  }
}
