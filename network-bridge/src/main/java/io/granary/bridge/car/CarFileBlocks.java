package io.granary.bridge.car;

import io.granary.protocol.Bytes;
import io.granary.protocol.Varint;
import io.granary.protocol.cid.Cid;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The blocks of a CAR file. Opening reads the file once; afterwards a block costs one or two reads.
 * Of two sections with one multihash the first counts. Blocks are found by multihash, so a CID of
 * version 0 and one of version 1 find the same. May be used by several threads once it is open.
 */
public final class CarFileBlocks implements BlockSource, Closeable {
  /** Bytes read first: the length, the CID and the whole of most blocks. */
  private static final int FIRST_READ = 4 << 10;

  private final FileChannel channel;
  private final CarLimits limits;
  private final CidTable offsets;
  private final CarScan.Summary summary;

  private CarFileBlocks(
      FileChannel channel, CarLimits limits, CidTable offsets, CarScan.Summary summary) {
    this.channel = channel;
    this.limits = limits;
    this.offsets = offsets;
    this.summary = summary;
  }

  /**
   * Reads {@code file} and compares its blocks with their CIDs as {@code check} says.
   *
   * @param blocksMax the most blocks of different multihashes; 48 to 96 bytes of memory each
   * @throws CarException when the file is no CAR or has more blocks
   * @throws IOException when the file cannot be read
   */
  public static CarFileBlocks open(Path file, CarLimits limits, BlockCheck check, int blocksMax)
      throws IOException {
    CidTable offsets = new CidTable(blocksMax);
    CarScan.Summary summary;
    try (InputStream stream = Files.newInputStream(file)) {
      summary = CarScan.scan(stream, limits, check, entry -> keep(offsets, entry, blocksMax));
    }
    return new CarFileBlocks(
        FileChannel.open(file, StandardOpenOption.READ), limits, offsets, summary);
  }

  private static void keep(CidTable offsets, CarScan.Entry entry, int blocksMax) {
    if (offsets.isFull() && offsets.get(entry.multihash()).isEmpty()) {
      throw new CarException(entry.offset(), "more than " + blocksMax + " blocks");
    }
    offsets.putIfAbsent(entry.multihash(), entry.offset());
  }

  /** What the file holds. */
  public CarScan.Summary summary() {
    return summary;
  }

  /** The roots the header names. */
  public List<Cid> roots() {
    return summary.roots();
  }

  @Override
  public Optional<Bytes> block(Cid cid) throws IOException {
    if (cid.multihashCode() == Cid.IDENTITY) {
      return Optional.of(cid.digest());
    }
    OptionalLong offset = offsets.get(cid.multihash());
    return offset.isEmpty() ? Optional.empty() : Optional.of(section(cid, offset.getAsLong()));
  }

  private Bytes section(Cid wanted, long offset) throws IOException {
    Bytes first = Bytes.of(readAt(offset, FIRST_READ));
    try {
      Varint.Read length = Varint.decode(first, 0, "section length");
      Cid.Read cid = Cid.read(first, length.next());
      if (!cid.cid().multihash().equals(wanted.multihash())) {
        throw new CarException(offset, "the file changed: expected " + wanted);
      }
      if (length.value() > limits.sectionBytesMax()) {
        throw new CarException(offset, "the file changed: section of " + length.value() + " bytes");
      }
      long dataBytes = length.value() - (cid.next() - length.next());
      if (dataBytes <= first.length() - cid.next()) {
        return first.slice(cid.next(), (int) dataBytes);
      }
      byte[] data = readAt(offset + cid.next(), Math.toIntExact(dataBytes));
      if (data.length < dataBytes) {
        throw new EOFException("CAR file ends inside block " + wanted);
      }
      return Bytes.of(data);
    } catch (IllegalArgumentException e) {
      throw new CarException(offset, "the file changed", e);
    }
  }

  /** Up to {@code count} bytes from {@code offset}, fewer only at the end of the file. */
  private byte[] readAt(long offset, int count) throws IOException {
    long left = Math.max(0, channel.size() - offset);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, left));
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, offset + buffer.position());
      if (read < 0) {
        throw new EOFException("CAR file ends at " + (offset + buffer.position()));
      }
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
