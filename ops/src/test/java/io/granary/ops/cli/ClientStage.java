package io.granary.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.ConfigFactory;
import io.granary.bridge.client.ProviderLink;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborScanner;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.deal.AskResponse;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealParams;
import io.granary.protocol.deal.DealResponse;
import io.granary.protocol.deal.DealStatus;
import io.granary.protocol.deal.DealStatusRequest;
import io.granary.protocol.deal.DealStatusResponse;
import io.granary.protocol.deal.RetrievalTransports;
import io.granary.protocol.deal.SignedStorageAsk;
import io.granary.protocol.deal.StorageAsk;
import io.granary.protocol.deal.TransferSource;
import io.granary.protocol.deal.WireLimits;
import io.granary.protocol.signature.Signatures;
import io.granary.protocol.signature.WalletKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What stands around a client: a chain node that answers as the recorded one did, and a provider
 * that answers as Boost's wire forms say, fetches the data of its deals, and gives it back over
 * HTTP. The sector of a deal is proven as soon as its data is there.
 */
final class ClientStage implements AutoCloseable {
  static final Address MINER = Address.ofId(1003);
  private static final long CHAIN_DEAL = 41;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WalletKey worker =
      WalletKey.derive(
          Signature.Kind.BLS, "the worker of the tests".getBytes(StandardCharsets.UTF_8));
  private final NettyHost host =
      NettyHost.start(
          Identity.generate(),
          Libp2pSettings.from(
              ConfigFactory.parseString(
                      "granary.network-bridge.libp2p.listen = [\"/ip4/127.0.0.1/tcp/0\"]")
                  .withFallback(ConfigFactory.load())));
  private final HttpServer chain = server();
  private final HttpServer retrieval = server();
  private final Map<DealId, DealParams> deals = new ConcurrentHashMap<>();
  private final Map<String, byte[]> cars = new ConcurrentHashMap<>();

  ClientStage() {
    chain.createContext("/", this::rpc);
    chain.start();
    retrieval.createContext("/", this::car);
    retrieval.start();
    serve(ProviderLink.ASK, item -> ask().toCbor());
    serve(ProviderLink.DEAL_120, this::propose);
    serve(ProviderLink.STATUS, this::status);
    RetrievalTransports transports =
        new RetrievalTransports(
            List.of(
                new RetrievalTransports.Transport(
                    "http",
                    List.of(
                        Bytes.of(
                            Multiaddr.parse("/ip4/127.0.0.1/tcp/" + port(retrieval) + "/http")
                                .bytes())))));
    host.serve(ProviderLink.TRANSPORTS, stream -> send(stream, transports.toCbor()));
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int port(HttpServer server) {
    return server.getAddress().getPort();
  }

  URI chainUrl() {
    return URI.create("http://127.0.0.1:" + port(chain) + "/rpc/v1");
  }

  /** The deals that the provider took. */
  Map<DealId, DealParams> deals() {
    return Map.copyOf(deals);
  }

  /** What the provider fetched, by the text of its root. */
  Map<String, byte[]> cars() {
    return Map.copyOf(cars);
  }

  private void rpc(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode question = JSON.readTree(exchange.getRequestBody());
      ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
      answer.set("id", question.get("id"));
      answer.set("result", result(question.path("method").asText().replace("Filecoin.", "")));
      byte[] body = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private JsonNode result(String method) throws IOException {
    return switch (method) {
      case "StateDealProviderCollateralBounds" ->
          JSON.createObjectNode().put("Min", "1000").put("Max", "100000");
      case "StateAccountKey" -> JSON.getNodeFactory().textNode(worker.address().toString());
      case "StateMinerInfo" -> {
        ObjectNode info = (ObjectNode) recorded(method);
        info.put("PeerId", host.peerId().toString());
        for (Multiaddr address : host.listenAddresses()) {
          info.putArray("Multiaddrs").add(Base64.getEncoder().encodeToString(address.bytes()));
        }
        yield info;
      }
      case "StateMarketStorageDeal" -> marketDeal();
      default -> recorded(method);
    };
  }

  /** The recorded deal, activated, with the terms of the one that the provider took. */
  private JsonNode marketDeal() throws IOException {
    ObjectNode deal = (ObjectNode) recorded("deals/StateMarketStorageDeal--activated-A");
    DealProposal proposal = deals.values().iterator().next().proposal().orElseThrow().proposal();
    ObjectNode terms = (ObjectNode) deal.path("Proposal");
    terms
        .put("PieceSize", proposal.paddedBytes())
        .put("Provider", proposal.provider().toString())
        .put("StartEpoch", proposal.startEpoch().value())
        .put("EndEpoch", proposal.endEpoch().value())
        .put("StoragePricePerEpoch", proposal.pricePerEpoch().toString());
    terms.putObject("PieceCID").put("/", proposal.piece().toString());
    return deal;
  }

  private static JsonNode recorded(String method) throws IOException {
    try (InputStream file =
        ClientStage.class.getResourceAsStream("/recorded/" + method + ".json")) {
      if (file == null) {
        throw new IOException("nothing recorded of " + method);
      }
      return JSON.readTree(file).required("result");
    }
  }

  private AskResponse ask() {
    StorageAsk ask =
        new StorageAsk(
            MINER,
            TokenAmount.ZERO,
            1,
            new Epoch(10_000_000),
            new Epoch(1),
            1L << 35,
            256,
            TokenAmount.ZERO);
    return new AskResponse(Optional.of(new SignedStorageAsk(ask, worker.sign(ask.toCbor()))));
  }

  private Bytes propose(Bytes item) {
    DealParams params = DealParams.fromCbor(item);
    ClientDealProposal signed = params.proposal().orElseThrow();
    Bytes words = signed.proposal().toCbor();
    if (!Signatures.verify(signed.clientSignature(), signed.proposal().client(), words)) {
      return DealResponse.no("failed validation: invalid signature").toCbor();
    }
    if (!signed.proposal().provider().equals(MINER)) {
      return DealResponse.no("incorrect provider for deal").toCbor();
    }
    deals.put(params.id(), params);
    return DealResponse.yes().toCbor();
  }

  private Bytes status(Bytes item) {
    DealStatusRequest request = DealStatusRequest.fromCbor(item);
    DealParams deal = deals.get(request.id());
    if (deal == null) {
      return DealStatusResponse.unknown(request.id()).toCbor();
    }
    ClientDealProposal signed = deal.proposal().orElseThrow();
    if (!request.signedBy(signed.proposal().client())) {
      return DealStatusResponse.unsigned(request.id()).toCbor();
    }
    byte[] car =
        cars.computeIfAbsent(deal.dataRoot().orElseThrow().toString(), root -> fetch(deal));
    DealStatus status =
        new DealStatus(
            "",
            "AddedPiece",
            signed.proposal(),
            Optional.empty(),
            Optional.of(CHAIN_DEAL),
            "Proving",
            signed.cid());
    return new DealStatusResponse("", deal.id(), false, Optional.of(status), car.length, car.length)
        .toCbor();
  }

  private static byte[] fetch(DealParams deal) {
    TransferSource source = TransferSource.parse(deal.transfer().params());
    HttpRequest.Builder request = HttpRequest.newBuilder(((TransferSource.Http) source).uri());
    source.headers().forEach(request::header);
    try {
      return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code /ipfs/CID}, and for every piece the one CAR there is. */
  private void car(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] car =
          path.startsWith("/piece/") && cars.size() == 1
              ? cars.values().iterator().next()
              : cars.get(path.replace("/ipfs/", ""));
      if (car == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.sendResponseHeaders(200, car.length);
      exchange.getResponseBody().write(car);
    }
  }

  private void serve(String protocol, Function<Bytes, Bytes> answer) {
    host.serve(protocol, stream -> stream.pushHandler(new Reader(stream, answer)));
  }

  private static void send(P2pStream stream, Bytes answer) {
    stream
        .write(Unpooled.wrappedBuffer(answer.toArray()))
        .addListener(
            written -> {
              io.netty.util.concurrent.Future<Void> unused = stream.closeWrite();
            });
  }

  @Override
  public void close() {
    host.close();
    chain.stop(0);
    retrieval.stop(0);
  }

  private static final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
    private final P2pStream stream;
    private final Function<Bytes, Bytes> answer;
    private final CborScanner scanner =
        new CborScanner(WireLimits.OBJECT_BYTES_MAX, WireLimits.DEPTH_MAX);
    private final ByteArrayOutputStream item = new ByteArrayOutputStream();

    Reader(P2pStream stream, Function<Bytes, Bytes> answer) {
      this.stream = stream;
      this.answer = answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
      byte[] bytes = new byte[in.readableBytes()];
      in.readBytes(bytes);
      item.write(bytes, 0, scanner.scan(bytes, 0, bytes.length));
      if (scanner.complete()) {
        send(stream, answer.apply(Bytes.of(item.toByteArray())));
      }
    }
  }
}
