package io.granary.ops.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.granary.bridge.chain.LotusChainGateway;
import io.granary.bridge.client.ClientChain;
import io.granary.bridge.client.ClientException;
import io.granary.bridge.client.ClientSettings;
import io.granary.bridge.client.DealRecord;
import io.granary.bridge.client.Provider;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.client.Retrieval;
import io.granary.bridge.client.RetrievalServers;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.retrieval.PieceName;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.PieceInfo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granary client retrieve}. */
@Command(
    name = "retrieve",
    description = {
      "Fetch a file or folder back over HTTP, verify every block, and write it.",
      "Named by a deal of the client's folder, by the CID of its root, or by that of a piece. What"
          + " was encrypted is opened with the recipient's key. Nothing is written that did not"
          + " verify, and nothing is replaced."
    },
    mixinStandardHelpOptions = true)
final class ClientRetrieveCommand implements Callable<Integer> {
  private static final int UUID_LENGTH = 36;

  /** By which of a provider's HTTP services. */
  enum Way {
    IPFS,
    PIECE
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ClientOptions options = new ClientOptions();
  @Mixin private ClientChainOptions chainOptions = new ClientChainOptions();

  @Parameters(paramLabel = "CID|DEAL", description = "What to fetch.")
  private String what = "";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT",
      description = "The new file or folder.")
  private Path output = Path.of("");

  @Option(
      names = "--provider",
      paramLabel = "PROVIDER",
      description = "Whom to ask, f0… (default: the deal's).")
  private Optional<String> provider = Optional.empty();

  @Option(
      names = "--http",
      paramLabel = "URL",
      description = "The provider's HTTP server (default: what the provider says of itself).")
  private Optional<URI> http = Optional.empty();

  @Option(
      names = "--by",
      paramLabel = "WAY",
      description = "ipfs or piece (default: ipfs; piece for the CID of a piece).")
  private Optional<Way> by = Optional.empty();

  @Option(
      names = "--piece-size",
      paramLabel = "BYTES",
      description = "Padded size of a piece that is named by a CID without its size (baga…).")
  private OptionalLong pieceSize = OptionalLong.empty();

  @Option(
      names = "--form",
      paramLabel = "FORM",
      defaultValue = "files",
      description =
          "files: as it was stored; sealed: leave encrypted what is; car: the verified CAR"
              + " (default: ${DEFAULT-VALUE}).")
  private Retrieval.Form form = Retrieval.Form.FILES;

  /**
   * What is wanted.
   *
   * @param root of the payload; empty for a bare piece
   */
  private record Wanted(
      Optional<Cid> root, Optional<PieceInfo> piece, Optional<Provider> provider) {}

  @Override
  public Integer call() throws IOException {
    Wanted wanted = wanted();
    ClientSettings settings = chainOptions.client();
    AtomicLong bytes = new AtomicLong();
    Retrieval retrieval = new Retrieval(settings, () -> ClientKeys.recipient(options), bytes::set);
    List<URI> servers = http.map(List::of).orElseGet(() -> servers(wanted, settings));
    URI server;
    Way way = by.orElse(wanted.root().isPresent() ? Way.IPFS : Way.PIECE);
    if (way == Way.IPFS) {
      Cid root =
          wanted.root().orElseThrow(() -> new ClientException("--by ipfs: a piece has no root"));
      server = retrieval.byRoot(servers, root, output, form);
    } else {
      PieceInfo piece =
          wanted
              .piece()
              .orElseThrow(
                  () -> new ClientException("--by piece: name a deal or the CID of a piece"));
      server = retrieval.byPiece(servers, piece, wanted.root(), output, form);
    }
    print(server, bytes.get());
    return 0;
  }

  private Wanted wanted() {
    if (what.length() == UUID_LENGTH && what.charAt(8) == '-') {
      DealRecord deal = options.book().get(ClientDealsCommand.id(what));
      Cid piece = deal.signed().proposal().piece();
      return new Wanted(
          Optional.of(deal.root()),
          piece(piece, OptionalLong.of(deal.signed().proposal().paddedBytes())),
          Optional.of(deal.provider()));
    }
    try {
      Cid cid = Cid.parse(what);
      Optional<PieceInfo> piece = piece(cid, pieceSize);
      return new Wanted(
          piece.isPresent() ? Optional.empty() : Optional.of(cid), piece, Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new ClientException("neither a deal nor a CID: " + what + ": " + e.getMessage(), e);
    }
  }

  /** The piece that {@code cid} names; empty when it names no piece. */
  private static Optional<PieceInfo> piece(Cid cid, OptionalLong paddedBytes) {
    if (!PieceName.isOne(cid)) {
      return Optional.empty();
    }
    Optional<PieceInfo> piece = PieceName.of(cid).piece(paddedBytes);
    if (piece.isEmpty()) {
      throw new ClientException("piece " + cid + " does not tell its size: --piece-size");
    }
    return piece;
  }

  /** The HTTP servers that the provider names, at least one. */
  private List<URI> servers(Wanted wanted, ClientSettings settings) {
    try (LotusChainGateway chain = chainOptions.chain();
        NettyHost host = chainOptions.host(options)) {
      ProviderLink link = new ProviderLink(host, provider(wanted, chain, settings), settings);
      List<URI> servers = RetrievalServers.of(link.transports());
      if (servers.isEmpty()) {
        throw new ClientException(
            link.provider() + " names no HTTP server for retrieval; try --http URL");
      }
      return servers;
    }
  }

  private Provider provider(Wanted wanted, LotusChainGateway chain, ClientSettings settings) {
    ClientChain view = new ClientChain(chain, settings.chainLimit());
    if (provider.isPresent()) {
      return chainOptions.provider(ClientChainOptions.miner(provider.get()), view);
    }
    Provider known =
        wanted
            .provider()
            .orElseThrow(() -> new ClientException("whom to ask? --provider f0… or --http URL"));
    return chainOptions.addressGiven() ? chainOptions.provider(known.miner(), view) : known;
  }

  private void print(URI server, long bytes) {
    if (options.json()) {
      NodeOptions.printJson(
          spec.commandLine().getOut(),
          JsonNodeFactory.instance
              .objectNode()
              .put("output", output.toString())
              .put("server", server.toString())
              .put("bytesReceived", bytes));
    } else {
      spec.commandLine()
          .getOut()
          .println(output + ": verified, " + bytes + " bytes from " + server);
    }
  }
}
