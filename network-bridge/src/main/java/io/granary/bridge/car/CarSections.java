package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * The sections of a CAR of version 1 or 2, each left standing where its block starts. A section of
 * length zero ends the data: it is the padding of a piece. Used by one thread.
 */
final class CarSections {
  private final CarInput input;
  private final CarLimits limits;
  private final Optional<CarV2Header> v2;
  private final List<Cid> roots;
  private final long payloadOffset;
  private boolean padded;

  /**
   * A section before its block is read.
   *
   * @param offset where its length starts
   * @param dataOffset where its block starts
   */
  record Head(Cid cid, long offset, long dataOffset, int dataBytes) {}

  private CarSections(
      CarInput input, CarLimits limits, Optional<CarV2Header> v2, Bytes header, long payload) {
    this.input = input;
    this.limits = limits;
    this.v2 = v2;
    this.payloadOffset = payload;
    this.roots = CarHeader.decode(header, input.position() - header.length()).roots();
  }

  static CarSections open(InputStream stream, CarLimits limits) throws IOException {
    CarInput input = new CarInput(stream);
    Bytes first = header(input, limits);
    if (!first.equals(CarHeader.V2_PRAGMA)) {
      return new CarSections(input, limits, Optional.empty(), first, 0);
    }
    CarV2Header v2 = CarV2Header.decode(Bytes.of(exactly(input, CarV2Header.BYTES)));
    long gap = v2.dataOffset() - input.position();
    inside(input.position(), () -> input.skip(gap));
    input.endAt(v2.dataOffset() + v2.dataBytes());
    long payload = input.position();
    return new CarSections(input, limits, Optional.of(v2), header(input, limits), payload);
  }

  private static Bytes header(CarInput input, CarLimits limits) throws IOException {
    long start = input.position();
    long length = input.varint("header length");
    if (length < 1 || length > limits.headerBytesMax()) {
      throw new CarException(
          start, "header of " + length + " bytes, allowed are 1 to " + limits.headerBytesMax());
    }
    return Bytes.of(exactly(input, (int) length));
  }

  private static byte[] exactly(CarInput input, int count) throws IOException {
    byte[][] read = new byte[1][];
    inside(input.position(), () -> read[0] = input.read(count));
    return read[0];
  }

  private interface Reading {
    void run() throws IOException;
  }

  /** The end of the stream inside something is the CAR's fault, at {@code offset}. */
  private static void inside(long offset, Reading reading) throws IOException {
    try {
      reading.run();
    } catch (EOFException e) {
      throw new CarException(offset, "input " + e.getMessage());
    }
  }

  /** The next section, or empty at the end of the data. */
  Optional<Head> next() throws IOException {
    if (padded || input.atEnd()) {
      return Optional.empty();
    }
    long start = input.position();
    long length = input.varint("section length");
    if (length == 0) {
      padded = true;
      return Optional.empty();
    }
    if (length > limits.sectionBytesMax()) {
      throw new CarException(
          start, "section of " + length + " bytes, allowed are " + limits.sectionBytesMax());
    }
    Cid.Read cid = cid(start, (int) length);
    input.skip(cid.next());
    return Optional.of(new Head(cid.cid(), start, input.position(), (int) length - cid.next()));
  }

  private Cid.Read cid(long start, int length) throws IOException {
    Bytes ahead = input.peek(Math.min(length, Cid.MAX_BYTES));
    try {
      return Cid.read(ahead, 0);
    } catch (IllegalArgumentException e) {
      throw new CarException(start, "section does not start with a CID", e);
    }
  }

  /** Reads the block of {@code head}, which came last. */
  Bytes read(Head head) throws IOException {
    return Bytes.of(exactly(input, head.dataBytes()));
  }

  /** Passes over the block of {@code head}, which came last. */
  void consume(Head head, CarInput.Part part) throws IOException {
    inside(head.dataOffset(), () -> input.consume(head.dataBytes(), part));
  }

  int version() {
    return v2.isPresent() ? 2 : 1;
  }

  Optional<CarV2Header> v2() {
    return v2;
  }

  List<Cid> roots() {
    return roots;
  }

  long payloadOffset() {
    return payloadOffset;
  }

  /** Whether a section of length zero ended the data. */
  boolean padded() {
    return padded;
  }

  long position() {
    return input.position();
  }

  static Optional<BlockHash> hash(Head head, BlockCheck check) {
    if (check == BlockCheck.NONE) {
      return Optional.empty();
    }
    Optional<BlockHash> hash = BlockHash.of(head.cid());
    if (hash.isEmpty() && check == BlockCheck.ALL) {
      throw new CarException(
          head.offset(),
          "block "
              + head.cid()
              + " has the unknown hash function 0x"
              + Long.toHexString(head.cid().multihashCode()));
    }
    return hash;
  }

  static void require(Head head, Optional<BlockHash> hash) {
    if (hash.isPresent() && !hash.get().matches()) {
      throw new CarException(head.dataOffset(), "bytes do not hash to block " + head.cid());
    }
  }
}
