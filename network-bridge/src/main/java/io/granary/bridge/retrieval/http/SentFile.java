package io.granary.bridge.retrieval.http;

import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;
import io.netty.util.AbstractReferenceCounted;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.function.LongConsumer;

/** A part of a file on its way into a socket. Used by the event loop. */
final class SentFile extends AbstractReferenceCounted implements FileRegion {
  /**
   * Netty's own takes a part of a file for no bytes at all: without this one the socket would
   * always be taken for writable.
   */
  static final MessageSizeEstimator SIZES = SizeEstimator::new;

  private final Part.OfFile part;
  private final LongConsumer sent;
  private long transferred;

  /**
   * @param sent hears of bytes that the socket took
   */
  SentFile(Part.OfFile part, LongConsumer sent) {
    this.part = part;
    this.sent = sent;
  }

  private static final class SizeEstimator implements MessageSizeEstimator.Handle {
    private final MessageSizeEstimator.Handle others =
        DefaultMessageSizeEstimator.DEFAULT.newHandle();

    @Override
    public int size(Object message) {
      return message instanceof SentFile file ? file.part.held() : others.size(message);
    }
  }

  @Override
  public long position() {
    return part.position();
  }

  @Override
  public long count() {
    return part.bytes();
  }

  @Override
  public long transferred() {
    return transferred;
  }

  @Override
  @Deprecated
  public long transfered() {
    return transferred;
  }

  /**
   * Takes what the socket has room for.
   *
   * @throws EOFException when the file has become too short, which would else look like a socket
   *     without room for ever
   */
  @Override
  public long transferTo(WritableByteChannel target, long position) throws IOException {
    long left = part.bytes() - position;
    if (left <= 0) {
      return 0;
    }
    long from = part.position() + position;
    long moved = part.file().transferTo(from, left, target);
    if (moved > 0) {
      transferred += moved;
      sent.accept(moved);
    } else if (part.file().size() < from + left) {
      throw new EOFException("a file that is being sent ends before byte " + (from + left));
    }
    return moved;
  }

  @Override
  protected void deallocate() {
    part.whenDone().run();
  }

  @Override
  public FileRegion retain() {
    super.retain();
    return this;
  }

  @Override
  public FileRegion retain(int increment) {
    super.retain(increment);
    return this;
  }

  @Override
  public FileRegion touch() {
    return this;
  }

  @Override
  public FileRegion touch(Object hint) {
    return this;
  }
}
