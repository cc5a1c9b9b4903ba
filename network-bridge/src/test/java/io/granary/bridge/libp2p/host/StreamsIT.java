package io.granary.bridge.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.granary.bridge.libp2p.P2pStream;
import io.granary.bridge.libp2p.StreamHandler;
import io.granary.bridge.libp2p.limit.Resources;
import io.granary.bridge.libp2p.peer.Identity;
import io.granary.bridge.libp2p.yamux.StreamResetException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** How streams end that end badly, whatever their protocol: over loopback, between two hosts. */
@Timeout(60)
class StreamsIT {
  private static final String ECHO = "/granary/test/echo/1.0.0";
  private static final String FAILS = "/granary/test/fails/1.0.0";
  private static final Resources.Use NOTHING = new Resources.Use(0, 0, 0, 0, 0, 0, 0);

  private final Warnings warnings = new Warnings();
  private final NettyHost server = NettyHost.start(Identity.generate(), HostFixtures.settings(""));
  private final NettyHost client = NettyHost.start(Identity.generate(), HostFixtures.settings(""));

  @BeforeEach
  void serve() {
    server.serve(ECHO, Exchange.echo());
    server.serve(FAILS, stream -> stream.pushHandler(new Failing()));
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
    warnings.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {PingResponder.PROTOCOL, ECHO})
  void warnsOfNothing_whenAPeerResetsItsStream(String protocol) throws Exception {
    P2pStream stream = open(protocol, opened -> {});
    await().until(() -> server.use().streams() > 0);
    stream.reset();
    await().until(() -> server.use().streams() == 0);
    assertThat(warnings.lines()).isEmpty();
  }

  @Test
  void warnsOfNothing_whenThePeerGoesAway() throws Exception {
    P2pStream unused = open(ECHO, opened -> {});
    await().until(() -> server.use().streams() > 0);
    client.close();
    await().until(() -> server.use().equals(NOTHING));
    assertThat(warnings.lines()).isEmpty();
  }

  @Test
  void resetsTheStreamAloneAndWarns_whenItsHandlerFailsOnBytes() throws Exception {
    assertThatThrownBy(() -> ask(FAILS)).hasRootCauseInstanceOf(StreamResetException.class);
    await().until(() -> server.use().streams() == 0);
    assertThat(warnings.lines()).singleElement().asString().startsWith(FAILS + " of ");
    assertThat(ask(ECHO)).containsExactly(1, 2, 3);
    assertThat(client.use().connections()).isEqualTo(1);
  }

  private P2pStream open(String protocol, StreamHandler handler) throws Exception {
    return client
        .open(server.peerId(), server.listenAddresses(), List.of(protocol), handler)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private byte[] ask(String protocol) throws Exception {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    P2pStream unused = open(protocol, Exchange.ask(new byte[] {1, 2, 3}, answer));
    return answer.get(30, TimeUnit.SECONDS);
  }

  private static final class Failing extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
      throw new IllegalStateException("on purpose");
    }
  }

  /** What is warned of by the streams, and by Netty when nobody takes an exception. */
  private static final class Warnings implements AutoCloseable {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Logger> loggers =
        Stream.of(DefaultChannelPipeline.class, Streams.class, StreamTail.class)
            .map(each -> (Logger) LoggerFactory.getLogger(each))
            .toList();

    Warnings() {
      log.start();
      loggers.forEach(logger -> logger.addAppender(log));
    }

    List<String> lines() {
      return List.copyOf(log.list).stream()
          .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }

    @Override
    public void close() {
      loggers.forEach(logger -> logger.detachAppender(log));
    }
  }
}
