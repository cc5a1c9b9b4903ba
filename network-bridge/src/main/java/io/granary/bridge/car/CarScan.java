package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Goes over a piece as a CAR and tells where its blocks are, for a piece index. Holds no block:
 * memory does not depend on the piece. Identity CIDs carry their block and are left out, as in the
 * index of CAR version 2.
 */
public final class CarScan {
  private CarScan() {}

  /**
   * One row of a piece index.
   *
   * @param offset the byte of the piece where the section's length starts
   * @param dataOffset the byte of the piece where the block starts
   * @param dataBytes bytes of the block
   */
  public record Entry(Bytes multihash, long offset, long dataOffset, int dataBytes) {}

  /** Takes the rows in the order of the piece. */
  @FunctionalInterface
  public interface Sink {
    /** Takes one row; what it throws ends the scan. */
    void entry(Entry entry) throws IOException;
  }

  /**
   * What was found.
   *
   * @param version 1 or 2
   * @param sections sections passed, those of identity CIDs too
   * @param dataBytes bytes of all blocks
   * @param endOffset the byte after the last section
   * @param padded whether a section of length zero ended the data
   */
  public record Summary(
      int version, List<Cid> roots, long sections, long dataBytes, long endOffset, boolean padded) {
    public Summary {
      roots = List.copyOf(roots);
    }
  }

  /**
   * Reads {@code stream} to the end of its sections.
   *
   * @throws CarException when it is no CAR, a section is malformed, too long or cut short, or a
   *     block that {@code check} covers is not what its CID says
   * @throws IOException when the stream cannot be read or {@code sink} fails
   */
  public static Summary scan(InputStream stream, CarLimits limits, BlockCheck check, Sink sink)
      throws IOException {
    CarSections sections = CarSections.open(stream, limits);
    long count = 0;
    long bytes = 0;
    long end = sections.position();
    Optional<CarSections.Head> next = sections.next();
    while (next.isPresent()) {
      CarSections.Head head = next.get();
      pass(sections, head, check);
      if (head.cid().multihashCode() != Cid.IDENTITY) {
        sink.entry(
            new Entry(head.cid().multihash(), head.offset(), head.dataOffset(), head.dataBytes()));
      }
      count++;
      bytes += head.dataBytes();
      end = sections.position();
      next = sections.next();
    }
    return new Summary(sections.version(), sections.roots(), count, bytes, end, sections.padded());
  }

  private static void pass(CarSections sections, CarSections.Head head, BlockCheck check)
      throws IOException {
    Optional<BlockHash> hash = CarSections.hash(head, check);
    sections.consume(
        head, (data, offset, length) -> hash.ifPresent(h -> h.update(data, offset, length)));
    CarSections.require(head, hash);
  }
}
