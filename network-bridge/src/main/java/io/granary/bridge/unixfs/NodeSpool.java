package io.granary.bridge.unixfs;

import io.granary.protocol.Bytes;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The inner nodes of a tree under construction, on disk: leaves come first, the root last. Each
 * record is the block and the places of its children, so the tree can be walked from the root
 * without a map. The file goes when this is closed. Used by one thread.
 */
final class NodeSpool implements Closeable {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int HEAD_BYTES = 8;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long written;

  /**
   * A node and the places of its links' nodes, {@link Node#LEAF} where a link leads to a leaf.
   *
   * @param children one a link
   */
  record Entry(Bytes block, List<Long> children) {}

  NodeSpool(Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "unixfs-", ".nodes");
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** Keeps a node and gives its place. */
  long append(Bytes block, List<Long> children) throws IOException {
    int length = Math.addExact(HEAD_BYTES + block.length(), Math.multiplyExact(8, children.size()));
    if (length > buffer.remaining()) {
      flush();
    }
    boolean large = length > buffer.capacity();
    ByteBuffer target = large ? ByteBuffer.allocate(length) : buffer;
    target.putInt(block.length()).putInt(children.size());
    children.forEach(target::putLong);
    target.put(block.toArray());
    long place = written;
    written += length;
    if (large) {
      writeAll(target.flip());
    }
    return place;
  }

  /** The node at {@code place}. */
  Entry read(long place) throws IOException {
    flush();
    ByteBuffer head = ByteBuffer.wrap(readAt(place, HEAD_BYTES));
    int blockBytes = head.getInt();
    int count = head.getInt();
    byte[] rest = readAt(place + HEAD_BYTES, count * 8 + blockBytes);
    ByteBuffer places = ByteBuffer.wrap(rest);
    Long[] children = new Long[count];
    for (int i = 0; i < count; i++) {
      children[i] = places.getLong();
    }
    return new Entry(Bytes.of(rest, count * 8, blockBytes), List.of(children));
  }

  private byte[] readAt(long place, int count) throws IOException {
    byte[] bytes = new byte[count];
    ByteBuffer target = ByteBuffer.wrap(bytes);
    while (target.hasRemaining()) {
      if (channel.read(target, place + target.position()) < 0) {
        throw new EOFException("the spool of an import ends at " + (place + target.position()));
      }
    }
    return bytes;
  }

  private void flush() throws IOException {
    if (buffer.position() > 0) {
      writeAll(buffer.flip());
      buffer.clear();
    }
  }

  private void writeAll(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
