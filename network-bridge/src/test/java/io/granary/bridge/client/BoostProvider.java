package io.granary.bridge.client;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.deal.CborItem;
import io.granary.bridge.libp2p.Libp2pSettings;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.host.NettyHost;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.protocol.Bytes;
import io.granary.protocol.address.Address;
import io.granary.protocol.deal.WireLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A provider as Boost is one on the wire: a libp2p host that reads one CBOR item a stream, answers
 * with one and the end of the stream. What it answers is the test's.
 */
final class BoostProvider implements AutoCloseable {
  static final Address MINER = Address.ofId(1000);

  private final NettyHost host = host("listen = [\"/ip4/127.0.0.1/tcp/0\"]");
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** What came on one stream. */
  record Request(String protocol, Bytes item) {}

  /** A host with changed settings. */
  static NettyHost host(String changes) {
    return NettyHost.start(
        Identity.generate(),
        Libp2pSettings.from(
            ConfigFactory.parseString("granary.network-bridge.libp2p { " + changes + " }")
                .withFallback(ConfigFactory.load())
                .resolve()));
  }

  /** The client's settings, faster. */
  static ClientSettings settings(String changes) {
    return ClientSettings.from(
        ConfigFactory.parseString(
                "granary.network-bridge.client { open-pause = 10ms, poll-every = 20ms, "
                    + "answer-limit = 20s\n "
                    + changes
                    + " }")
            .withFallback(ConfigFactory.load())
            .resolve());
  }

  Provider address() {
    return new Provider(MINER, host.peerId(), host.listenAddresses());
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Answers requests of {@code protocol}; without an answer the stream is reset. */
  void serve(String protocol, Function<Bytes, Optional<Bytes>> answer) {
    host.serve(protocol, stream -> stream.pushHandler(new Reader(stream, answer)));
  }

  /** Answers without having been asked anything, as transports are told. */
  void tell(String protocol, Bytes answer) {
    host.serve(protocol, stream -> send(stream, answer));
  }

  private static void send(P2pStream stream, Bytes answer) {
    stream
        .write(Unpooled.wrappedBuffer(answer.toArray()))
        .addListener(
            written -> {
              if (written.isSuccess()) {
                io.netty.util.concurrent.Future<Void> unused = stream.closeWrite();
              } else {
                stream.reset();
              }
            });
  }

  @Override
  public void close() {
    host.close();
  }

  private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
    private final P2pStream stream;
    private final Function<Bytes, Optional<Bytes>> answer;
    private final CborItem item = new CborItem(WireLimits.OBJECT_BYTES_MAX);

    Reader(P2pStream stream, Function<Bytes, Optional<Bytes>> answer) {
      this.stream = stream;
      this.answer = answer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
      item.take(in).ifPresent(this::asked);
    }

    private void asked(Bytes whole) {
      requests.add(new Request(stream.protocol(), whole));
      Optional<Bytes> reply = answer.apply(whole);
      if (reply.isPresent()) {
        send(stream, reply.get());
      } else {
        stream.reset();
      }
    }
  }
}
