package io.granary.ops.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientChain;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.DealSigner;
import io.granary.bridge.client.MarketFunds;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary client fund}. */
@Command(
    name = "fund",
    description = {
      "Put FIL into the storage market's escrow, from which deals are paid.",
      "Sends one message and waits until it has landed. What is there is not added to first: each"
          + " call adds the whole amount."
    },
    mixinStandardHelpOptions = true)
final class ClientFundCommand implements Callable<Integer> {
  private static final int DECIMALS = 18;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ClientOptions options = new ClientOptions();
  @Mixin private ClientChainOptions chainOptions = new ClientChainOptions();

  @Parameters(paramLabel = "FIL", description = "How much to add, as 0.5.")
  private BigDecimal amount = BigDecimal.ZERO;

  @Option(
      names = "--for",
      paramLabel = "ADDRESS",
      description =
          "Into whose escrow (default: the signing key's). A provider's collateral comes out of"
              + " that of its f0 address.")
  private Optional<String> owner = Optional.empty();

  @Option(
      names = "--wallet",
      paramLabel = "ADDRESS",
      description = "Pay with this key of the chain node's wallet, not with the client's own.")
  private Optional<String> wallet = Optional.empty();

  @Override
  public Integer call() {
    TokenAmount fil = fil();
    ClientSettings settings = chainOptions.client();
    try (LotusChainGateway chain = chainOptions.chain()) {
      DealSigner signer =
          ClientKeys.signer(
              options, wallet.map(ClientFundCommand::address), chain, settings.chainLimit());
      Address into = owner.map(ClientFundCommand::address).orElse(signer.address());
      Cid message = new MarketFunds(chain, settings).add(signer, into, fil);
      print(into, message, new ClientChain(chain, settings.chainLimit()).freeEscrow(into));
    }
    return 0;
  }

  private TokenAmount fil() {
    try {
      return new TokenAmount(amount.movePointRight(DECIMALS).toBigIntegerExact());
    } catch (ArithmeticException e) {
      throw new ClientException("FIL: at most " + DECIMALS + " decimals, got " + amount, e);
    }
  }

  private static Address address(String text) {
    try {
      return Address.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ClientException("no address: " + text + ": " + e.getMessage(), e);
    }
  }

  private void print(Address into, Cid message, TokenAmount free) {
    if (options.json()) {
      NodeOptions.printJson(
          spec.commandLine().getOut(),
          JsonNodeFactory.instance
              .objectNode()
              .put("address", into.toString())
              .put("message", message.toString())
              .put("freeAttoFil", free.toString()));
    } else {
      spec.commandLine()
          .getOut()
          .println(into + " has " + free + " attoFIL free in the market's escrow");
    }
  }
}
