package io.granary.bridge.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.granary.protocol.fuzz.Parsing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;
import java.util.TreeMap;

/** A session whose peer sends anything. Nobody reads the streams, so all it may send is kept. */
class YamuxSessionFuzzTest {
  private static final int STREAMS_MAX = 16;

  /** The session, and for each stream a channel with its pipeline. */
  private static final long FIXED_BYTES = 8 << 20;

  /** How the session stands when all bytes are in. */
  private record Outcome(boolean ended, int streams, long keptBytes) {}

  @FuzzTest
  void keepsToItsBounds_whateverFramesCome(byte[] input) {
    Outcome whole = run(input, Math.max(1, input.length));
    Outcome single = run(input, 1);
    assertThat(single.ended()).isEqualTo(whole.ended());
    assertThat(single.streams()).isEqualTo(whole.streams());
    assertThat(whole.streams()).isLessThanOrEqualTo(STREAMS_MAX);
  }

  private static Outcome run(byte[] input, int pieceBytes) {
    Outcome outcome =
        Parsing.of(input.length, FIXED_BYTES, () -> receive(input, pieceBytes)).orElseThrow();
    assertThat(outcome.keptBytes()).isLessThanOrEqualTo(FIXED_BYTES);
    return outcome;
  }

  private static Outcome receive(byte[] input, int pieceBytes) {
    UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    Map<Long, YamuxStream> streams = new TreeMap<>();
    Settings settings = new Settings();
    settings.streamsInMax = STREAMS_MAX;
    settings.controlFramesMax = 256;
    YamuxSession session = new YamuxSession(false, settings.build(), keeping(streams));
    channel.pipeline().addLast(session);
    for (int at = 0; at < input.length && channel.isOpen(); at += pieceBytes) {
      int length = Math.min(pieceBytes, input.length - at);
      ByteBuf piece = alloc.buffer(length).writeBytes(input, at, length);
      assertThat(channel.writeInbound(piece)).isFalse();
    }
    channel.runPendingTasks();
    channel.releaseOutbound();
    long kept = alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory();
    Outcome outcome = new Outcome(session.ended(), session.streams(), kept);
    close(channel, streams);
    assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory()).isZero();
    return outcome;
  }

  private static ChannelInitializer<YamuxStream> keeping(Map<Long, YamuxStream> streams) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(YamuxStream stream) {
        stream.config().setAutoRead(false);
        stream.pipeline().addLast(new Recorder());
        streams.put(stream.streamId(), stream);
      }

      @Override
      public boolean isSharable() {
        return true;
      }
    };
  }

  private static void close(EmbeddedChannel channel, Map<Long, YamuxStream> streams) {
    assertThat(channel.close().isSuccess()).isTrue();
    channel.runPendingTasks();
    channel.releaseOutbound();
    streams.values().forEach(stream -> stream.config().setAutoRead(true));
    channel.runPendingTasks();
    channel.checkException();
    assertThat(streams.values()).noneMatch(YamuxStream::isOpen);
  }
}
