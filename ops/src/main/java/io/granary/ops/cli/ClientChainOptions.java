package io.granary.ops.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import io.granary.bridge.NetworkBridgeSettings;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientChain;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.Provider;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerFormatException;
import io.granary.protocol.address.Address;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the client commands that ask the chain or a provider. */
final class ClientChainOptions {
  @Option(
      names = "--chain",
      paramLabel = "URL",
      defaultValue = "${env:GRANARY_CHAIN:-http://127.0.0.1:1234/rpc/v1}",
      description =
          "The chain node's JSON-RPC (default: $GRANARY_CHAIN, else"
              + " http://127.0.0.1:1234/rpc/v1).")
  private URI chain = URI.create("http://127.0.0.1:1234/rpc/v1");

  @Option(
      names = "--chain-token-file",
      paramLabel = "FILE",
      defaultValue = "${env:GRANARY_CHAIN_TOKEN_FILE:-}",
      description =
          "A file with the chain node's token, needed to sign with its wallet (default:"
              + " $GRANARY_CHAIN_TOKEN_FILE, else none).")
  private String tokenFile = "";

  @Option(
      names = "--address",
      paramLabel = "MULTIADDR",
      description =
          "Where the provider is, /ip4/…/tcp/…/p2p/PEER, instead of what the chain says of it.")
  private Optional<String> address = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings under granary.network-bridge.client and .libp2p, HOCON.")
  private Optional<Path> config = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec mixee = CommandSpec.create();

  private Config settings() {
    String nodes =
        "granary.network-bridge { libp2p.listen = [], chain.nodes = [{ url = "
            + ConfigUtil.quoteString(chain.toString())
            + ", token-file = "
            + ConfigUtil.quoteString(tokenFile)
            + " }] }";
    Config file =
        config.map(path -> ConfigFactory.parseFile(path.toFile())).orElseGet(ConfigFactory::empty);
    return ConfigFactory.parseString(nodes)
        .withFallback(file)
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  ClientSettings client() {
    return ClientSettings.from(settings());
  }

  /** A client of the chain node; connects when first used. */
  LotusChainGateway chain() {
    if (!("http".equals(chain.getScheme()) || "https".equals(chain.getScheme()))
        || chain.getHost() == null) {
      throw new ParameterException(
          mixee.commandLine(),
          "--chain: expected a URL such as http://127.0.0.1:1234/rpc/v1, got " + chain);
    }
    return new LotusChainGateway(NetworkBridgeSettings.from(settings()), new SecureRandom());
  }

  /** A libp2p peer that listens nowhere, with the folder's identity. */
  NettyHost host(ClientOptions options) {
    return NettyHost.start(
        Identity.loadOrCreate(options.home().resolve("libp2p.key")),
        Libp2pSettings.from(settings()));
  }

  /** The provider, where the options or else the chain say that it is. */
  Provider provider(Address miner, ClientChain finder) {
    return address.isPresent()
        ? ClientChain.at(miner, multiaddr(address.get()))
        : finder.find(miner);
  }

  boolean addressGiven() {
    return address.isPresent();
  }

  private Multiaddr multiaddr(String text) {
    try {
      return Multiaddr.parse(text);
    } catch (PeerFormatException e) {
      throw new ParameterException(mixee.commandLine(), "--address: " + e.getMessage(), e);
    }
  }

  /** Reads a miner's f0 address. */
  static Address miner(String text) {
    try {
      Address miner = Address.parse(text);
      if (miner.protocol() == 0) {
        return miner;
      }
    } catch (IllegalArgumentException e) {
      throw new ClientException("a provider is an id address such as f01000: " + e.getMessage(), e);
    }
    throw new ClientException("a provider is an id address such as f01000, got " + text);
  }
}
