package io.granary.bridge.libp2p.yamux;

import io.netty.util.collection.IntObjectHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The open streams of a session by id, how many of each kind, and the next id. */
final class StreamBook {
  private static final int ID_STEP = 2;

  private final IntObjectHashMap<YamuxStream> open = new IntObjectHashMap<>();
  private final int parity;
  private long nextId;
  private int inbound;
  private int outbound;
  private int inboundUnacknowledged;
  private int outboundUnacknowledged;
  private volatile int count;

  /** {@code firstId} is odd for the connection's dialer, even for its listener. */
  StreamBook(long firstId) {
    this.nextId = firstId;
    this.parity = (int) firstId & 1;
  }

  boolean idsLeft() {
    return nextId <= Frame.UINT32_MAX;
  }

  int takeId() {
    int id = (int) nextId;
    nextId += ID_STEP;
    return id;
  }

  /** Whether the peer may open a stream of that id. */
  boolean isPeersId(int id) {
    return id != 0 && (id & 1) != parity;
  }

  @Nullable YamuxStream get(int id) {
    return open.get(id);
  }

  void add(YamuxStream stream) {
    open.put(stream.idBits(), stream);
    count = open.size();
    if (stream.isOutbound()) {
      outbound++;
      outboundUnacknowledged++;
    } else {
      inbound++;
      inboundUnacknowledged++;
    }
  }

  void acknowledged(YamuxStream stream) {
    if (stream.isOutbound()) {
      outboundUnacknowledged--;
    } else {
      inboundUnacknowledged--;
    }
  }

  void remove(YamuxStream stream) {
    open.remove(stream.idBits());
    count = open.size();
    if (stream.isOutbound()) {
      outbound--;
    } else {
      inbound--;
    }
    if (!stream.acknowledged()) {
      acknowledged(stream);
    }
  }

  List<YamuxStream> all() {
    return List.copyOf(open.values());
  }

  /** From any thread. */
  int count() {
    return count;
  }

  int inbound() {
    return inbound;
  }

  int outbound() {
    return outbound;
  }

  int inboundUnacknowledged() {
    return inboundUnacknowledged;
  }

  int outboundUnacknowledged() {
    return outboundUnacknowledged;
  }
}
