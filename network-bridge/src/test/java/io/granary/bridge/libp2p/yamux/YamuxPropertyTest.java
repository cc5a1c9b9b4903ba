package io.granary.bridge.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever the order of events and the cuts of the wire. */
class YamuxPropertyTest {
  private static final int STEPS = 300;

  /** A stream end that is written to, and what was written. */
  private record End(int side, long id) implements Comparable<End> {
    @Override
    public int compareTo(End other) {
      return side != other.side ? Integer.compare(side, other.side) : Long.compare(id, other.id);
    }
  }

  @Property(tries = 40)
  void everyStreamDeliversItsBytesInOrder(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 70_000) int cutMax,
      @ForAll @IntRange(min = 1, max = 65_536) int frameBytesMax) {
    Settings settings = new Settings();
    settings.frameBytesMax = Math.max(frameBytesMax, 500);
    settings.windowMaxBytes = 1 << 20;
    settings.sendBufferBytesMax = 1L << 40;
    settings.streamBufferBytesMax = Integer.MAX_VALUE;
    Random random = new Random(seed);
    Map<End, ByteArrayOutputStream> written = new TreeMap<>();
    try (Pair pair = new Pair(settings.build())) {
      for (int i = 0; i < STEPS; i++) {
        step(pair, random, written, cutMax);
      }
      finish(pair, written);
      written.forEach(
          (end, bytes) -> {
            Map<Long, Recorder> recorders = pair.sides.get(1 - end.side).recorders;
            Recorder other = Objects.requireNonNull(recorders.get(end.id));
            assertThat(other.bytes()).isEqualTo(bytes.toByteArray());
            assertThat(other.events).endsWith("end", "inactive");
          });
      assertThat(pair.sides).allMatch(s -> s.session.streams() == 0 && !s.session.ended());
    }
  }

  private static void step(
      Pair pair, Random random, Map<End, ByteArrayOutputStream> written, int cutMax) {
    int side = random.nextInt(2);
    Pair.Side here = pair.sides.get(side);
    List<YamuxStream> open = new ArrayList<>(here.streams.values());
    int choice = random.nextInt(10);
    if (choice == 0 && open.size() < 12) {
      here.open();
    } else if (choice < 4 && !open.isEmpty()) {
      write(random, written, side, open.get(random.nextInt(open.size())));
    } else if (choice < 6 && !open.isEmpty()) {
      open.get(random.nextInt(open.size())).read();
    } else if (choice == 6 && !open.isEmpty() && random.nextInt(4) == 0) {
      var unused = open.get(random.nextInt(open.size())).shutdownOutput();
    } else {
      int seen = pair.sides.get(1 - side).streams.size();
      pair.carry(
          side, random.nextInt(Math.min(200_000, 200 * cutMax)), n -> 1 + random.nextInt(cutMax));
      assertThat(pair.sides.get(1 - side).streams.size()).isGreaterThanOrEqualTo(seen);
    }
  }

  private static void write(
      Random random, Map<End, ByteArrayOutputStream> written, int side, YamuxStream stream) {
    if (stream.isOutputShutdown()) {
      return;
    }
    byte[] bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(400_000) : random.nextInt(99)];
    random.nextBytes(bytes);
    var future = stream.write(Unpooled.wrappedBuffer(bytes));
    if (random.nextBoolean()) {
      stream.flush();
    }
    if (future.cause() == null) { // else its output is being shut down
      written
          .computeIfAbsent(new End(side, stream.streamId()), k -> new ByteArrayOutputStream())
          .writeBytes(bytes);
    }
  }

  private static void finish(Pair pair, Map<End, ByteArrayOutputStream> written) {
    pair.settle();
    for (int side = 0; side < 2; side++) {
      for (YamuxStream stream : pair.sides.get(side).streams.values()) {
        End end = new End(side, stream.streamId());
        var unused = written.computeIfAbsent(end, k -> new ByteArrayOutputStream());
        stream.config().setAutoRead(true);
        var shut = stream.shutdownOutput();
        assertThat(shut.isCancelled()).isFalse();
      }
    }
    pair.settle();
  }

  @Property(tries = 1000)
  void randomBytesOnlyEndTheSession(@ForAll @Size(max = 400) byte[] bytes, @ForAll boolean dialer) {
    try (Wire wire = new Wire(dialer, new Settings().build())) {
      wire.sendRaw(Unpooled.copiedBuffer(bytes));
    }
  }

  @Property(tries = 600)
  void randomFramesOnlyEndTheSession(@ForAll long seed, @ForAll boolean dialer) {
    Random random = new Random(seed);
    Settings settings = new Settings();
    settings.streamsInMax = 4;
    settings.acceptBacklog = 3;
    settings.closedRememberedMax = 2;
    try (Wire wire = new Wire(dialer, settings.build())) {
      wire.autoRead = random.nextBoolean();
      for (int i = 0; i < 40 && !wire.session.ended(); i++) {
        randomStep(wire, random);
      }
    }
  }

  private static void randomStep(Wire wire, Random random) {
    YamuxStream known =
        wire.accepted.isEmpty() ? null : wire.accepted.get(random.nextInt(wire.accepted.size()));
    int choice = random.nextInt(12);
    if (choice == 0) {
      var unused = wire.tryOpen();
    } else if (choice == 1 && known != null) {
      known.reset(random.nextInt(9));
    } else if (choice == 2 && known != null) {
      var unused = known.writeAndFlush(Unpooled.copiedBuffer(new byte[random.nextInt(300_000)]));
    } else if (choice == 3 && known != null) {
      var unused = random.nextBoolean() ? known.shutdownOutput() : known.shutdownInput();
    } else if (choice == 4 && known != null) {
      var unused = random.nextBoolean() ? known.close() : known.shutdown();
    } else {
      int type = random.nextInt(8) == 0 ? random.nextInt(5) : random.nextInt(2);
      int length = random.nextInt(4) == 0 ? random.nextInt(300_000) : random.nextInt(50);
      byte[] payload = new byte[type == Frame.DATA ? length : 0];
      ByteBuf frame = Wire.frame(type, 1 << random.nextInt(6), random.nextInt(8), length, payload);
      wire.sendRaw(frame);
    }
    wire.settle();
  }
}
