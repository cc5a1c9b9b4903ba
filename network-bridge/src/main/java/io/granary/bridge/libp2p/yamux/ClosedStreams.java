package io.granary.bridge.libp2p.yamux;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Streams that this side closed while the peer had not: what it may still send for them is dropped
 * and counted against the window it had. A writer about to run out of window would wait for ever;
 * it is told by a reset. Payload for any other id is stray, and only so much of it is borne.
 */
final class ClosedStreams {
  /** What to do about dropped payload. */
  enum Verdict {
    DROP,
    DROP_AND_RESET,
    VIOLATION
  }

  private static final class Rest {
    long windowBytes;
    boolean resetSent;

    Rest(long windowBytes, boolean resetSent) {
      this.windowBytes = windowBytes;
      this.resetSent = resetSent;
    }
  }

  private final int rememberedMax;
  private final Map<Integer, Rest> closed = new LinkedHashMap<>();
  private long strayBytesLeft;

  ClosedStreams(int rememberedMax, long strayBytesMax) {
    this.rememberedMax = rememberedMax;
    this.strayBytesLeft = strayBytesMax;
  }

  /** Whether a writer with this much window left is about to wait for more. */
  static boolean starves(long windowBytes) {
    return windowBytes < YamuxSettings.PROTOCOL_WINDOW_BYTES / 2;
  }

  /** The peer may still send {@code windowBytes} for {@code id}. */
  void add(int id, long windowBytes, boolean resetSent) {
    if (closed.size() >= rememberedMax) {
      var eldest = closed.entrySet().iterator();
      strayBytesLeft += eldest.next().getValue().windowBytes;
      eldest.remove();
    }
    closed.put(id, new Rest(windowBytes, resetSent));
  }

  boolean contains(int id) {
    return closed.containsKey(id);
  }

  /** The peer has closed it as well. */
  void ended(int id) {
    closed.remove(id);
  }

  /** A data frame for {@code id}, which is not open, declares {@code bytes}. */
  Verdict drop(int id, long bytes) {
    Rest rest = closed.get(id);
    if (rest == null) {
      strayBytesLeft -= bytes;
      return strayBytesLeft < 0 ? Verdict.VIOLATION : Verdict.DROP;
    }
    rest.windowBytes -= bytes;
    if (rest.windowBytes < 0) {
      return Verdict.VIOLATION;
    }
    if (rest.resetSent || !starves(rest.windowBytes)) {
      return Verdict.DROP;
    }
    rest.resetSent = true;
    return Verdict.DROP_AND_RESET;
  }
}
