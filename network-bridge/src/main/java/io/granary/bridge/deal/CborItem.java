package io.granary.bridge.deal;

import io.granary.protocol.Bytes;
import io.granary.protocol.cbor.CborScanner;
import io.granary.protocol.deal.WireLimits;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * One CBOR item of a stream, which comes in parts and has no length in front (market.md 2): it ends
 * where its own structure ends. What follows it is dropped. Used by one thread.
 */
public final class CborItem {
  private final CborScanner scanner;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /**
   * @param bytesMax a longer item is refused
   */
  public CborItem(int bytesMax) {
    this.scanner = new CborScanner(bytesMax, WireLimits.DEPTH_MAX);
  }

  /**
   * Takes what is readable in {@code part}, which stays the caller's to release; gives the item
   * when this was the last of it.
   *
   * @throws io.granary.protocol.cbor.CborException when it is no CBOR, too deep or too long
   */
  public Optional<Bytes> take(ByteBuf part) {
    byte[] more = new byte[part.readableBytes()];
    part.readBytes(more);
    bytes.write(more, 0, scanner.scan(more, 0, more.length));
    return scanner.complete() ? Optional.of(Bytes.of(bytes.toByteArray())) : Optional.empty();
  }

  /** Bytes of it that have come. */
  public int size() {
    return bytes.size();
  }

  /** Holds no bytes any more. */
  public void clear() {
    bytes.reset();
  }
}
