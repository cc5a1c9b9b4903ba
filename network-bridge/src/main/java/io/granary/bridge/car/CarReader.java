package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Reads a CAR of version 1 or 2 from a stream, one block at a time. Of version 2 the payload is
 * read and the index left alone. Never holds more than one section. Used by one thread; the stream
 * stays the caller's.
 */
public final class CarReader {
  private final CarSections sections;
  private final BlockCheck check;

  /**
   * A block and where it stands.
   *
   * @param offset the byte where the section's length starts
   * @param dataOffset the byte where the block starts
   */
  public record Section(Block block, long offset, long dataOffset) {
    /** Bytes of the whole section with its length. */
    public int length() {
      return (int) (dataOffset - offset) + block.data().length();
    }
  }

  private CarReader(CarSections sections, BlockCheck check) {
    this.sections = sections;
    this.check = check;
  }

  /**
   * Reads the header.
   *
   * @throws CarException when the stream is no CAR or its header breaks the limits
   * @throws IOException when the stream cannot be read
   */
  public static CarReader open(InputStream stream, CarLimits limits, BlockCheck check)
      throws IOException {
    return new CarReader(CarSections.open(stream, limits), check);
  }

  /** 1 or 2. */
  public int version() {
    return sections.version();
  }

  /** The header of version 2. */
  public Optional<CarV2Header> v2() {
    return sections.v2();
  }

  /** The roots the header names. */
  public List<Cid> roots() {
    return sections.roots();
  }

  /** The byte where the payload of version 1 starts; 0 unless the CAR is of version 2. */
  public long payloadOffset() {
    return sections.payloadOffset();
  }

  /**
   * The next block, or empty after the last.
   *
   * @throws CarException when a section is malformed, too long, cut short, or its block is not what
   *     its CID says
   * @throws IOException when the stream cannot be read
   */
  public Optional<Section> next() throws IOException {
    Optional<CarSections.Head> next = sections.next();
    if (next.isEmpty()) {
      return Optional.empty();
    }
    CarSections.Head head = next.get();
    Optional<BlockHash> hash = CarSections.hash(head, check);
    Bytes data = sections.read(head);
    if (hash.isPresent()) {
      hash.get().update(data.toArray(), 0, data.length());
    }
    CarSections.require(head, hash);
    return Optional.of(new Section(new Block(head.cid(), data), head.offset(), head.dataOffset()));
  }

  /** Whether a section of length zero ended the data, as the padding of a piece does. */
  public boolean endedByPadding() {
    return sections.padded();
  }
}
