package io.granary.bridge.retrieval.plain;

import io.granary.bridge.retrieval.http.Body;
import io.granary.bridge.retrieval.http.Part;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A part of a piece, sent by the kernel out of its plain copy, and the zeros that follow its data.
 * What is not in memory is read from the disk here, on the worker thread and in small parts; what
 * is in memory goes in large ones, and nobody touches it.
 */
final class PlainBody implements Body {
  private final PlainCopies copies;
  private final PlainFile file;
  private final long length;
  private long at;
  private long left;

  /** Takes over the caller's hold of {@code file}. */
  PlainBody(PlainCopies copies, PlainFile file, long offset, long length) {
    this.copies = copies;
    this.file = file;
    this.length = length;
    this.at = offset;
    this.left = length;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(length);
  }

  @Override
  public Optional<Part> next(ByteBufAllocator buffers, int bytesAbout) throws IOException {
    if (left == 0) {
      return Optional.empty();
    }
    Part part =
        at < file.bytes()
            ? ofFile(buffers, bytesAbout)
            : zeros(buffers, Math.min(left, bytesAbout));
    at += part.bytes();
    left -= part.bytes();
    return Optional.of(part);
  }

  private Part ofFile(ByteBufAllocator buffers, int bytesAbout) throws IOException {
    long segmentEnd = (at / PlainFile.SEGMENT_BYTES + 1) * PlainFile.SEGMENT_BYTES;
    long most = Math.min(left, Math.min(file.bytes(), segmentEnd) - at);
    int count = (int) Math.min(most, (long) bytesAbout * Part.OfFile.LONGER);
    if (!file.isLoaded(at, count)) {
      count = (int) Math.min(most, bytesAbout);
      load(buffers, count);
    }
    if (!file.hold()) {
      throw new IllegalStateException("a plain copy that is held cannot be gone");
    }
    return new Part.OfFile(file.channel(), at, count, () -> copies.release(file));
  }

  /** A copy that cannot be read is of no use to the next one either. */
  private void load(ByteBufAllocator buffers, int count) throws IOException {
    try {
      file.load(at, count, buffers);
    } catch (IOException e) {
      copies.giveUp(file);
      throw e;
    }
  }

  private static Part zeros(ByteBufAllocator buffers, long count) {
    return Part.of(buffers.directBuffer((int) count).writeZero((int) count));
  }

  @Override
  public void close() {
    copies.release(file);
  }
}
