package io.granary.bridge.unixfs;

import io.granary.bridge.car.CarWriter;
import io.granary.bridge.car.CidTable;
import io.granary.protocol.Bytes;
import io.granary.protocol.cid.Cid;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/**
 * A tree whose CIDs are known. {@link #writeCar} reads the files a second time and writes all
 * blocks in depth-first order, the root first, each block once as far as the limits allow. Every
 * part is compared with its CID, so a file that changed in between is noticed. Used by one thread;
 * closing it removes the spooled nodes.
 */
public final class ImportedTree implements Closeable {
  private final UnixFsProfile profile;
  private final ImportLimits limits;
  private final Path source;
  private final NodeSpool spool;
  private final Node root;

  /**
   * What was written.
   *
   * @param bytes length of the CAR
   * @param blocks blocks in it
   */
  public record Written(long bytes, long blocks) {}

  ImportedTree(
      UnixFsProfile profile, ImportLimits limits, Path source, NodeSpool spool, Node root) {
    this.profile = profile;
    this.limits = limits;
    this.source = source;
    this.spool = spool;
    this.root = root;
  }

  /** The CID of the file or folder. */
  public Cid root() {
    return root.cid();
  }

  /** Bytes of all blocks, repeated ones counted each time (the Tsize of a link to the root). */
  public long treeBytes() {
    return root.treeBytes();
  }

  /**
   * Writes a CAR of version 1 with the one root.
   *
   * @throws UnixFsException when a file is not what it was
   * @throws IOException when a file cannot be read or {@code stream} not written
   */
  public Written writeCar(OutputStream stream) throws IOException {
    Writing writing = new Writing(new CarWriter(stream, List.of(root.cid())));
    if (root.place() == Node.LEAF) {
      writing.smallFile(root.cid(), source);
    } else {
      writing.inner(root.cid(), root.place(), source);
    }
    return new Written(writing.car.bytesWritten(), writing.blocks);
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }

  /** The second reading. */
  private final class Writing {
    private final CarWriter car;
    private final CidTable known = new CidTable(limits.knownBlocksMax());
    private long blocks;

    Writing(CarWriter car) {
      this.car = car;
    }

    /** Whether {@code cid} is still to be written. */
    private boolean isNew(Cid cid) {
      if (known.isFull()) {
        return known.get(cid.bytes()).isEmpty();
      }
      return known.putIfAbsent(cid.bytes(), 0);
    }

    private void write(Cid cid, Bytes block) throws IOException {
      byte[] data = block.toArray();
      car.write(cid, data, 0, data.length);
      blocks++;
    }

    void smallFile(Cid cid, Path path) throws IOException {
      if (isNew(cid)) {
        try (FileParts parts = new FileParts(path)) {
          parts.write(cid, 0, profile.chunkBytes());
        }
      }
    }

    void inner(Cid cid, long place, Path path) throws IOException {
      if (!isNew(cid)) {
        return;
      }
      NodeSpool.Entry entry = spool.read(place);
      PbNode node = PbNode.decode(entry.block());
      UnixFsData data = UnixFsData.decode(node.data().orElse(Bytes.empty()));
      if (data.isFile()) {
        try (FileParts parts = new FileParts(path)) {
          write(cid, entry.block());
          parts.children(node, data, entry.children(), 0);
        }
        return;
      }
      write(cid, entry.block());
      int prefix = data.type() == UnixFsData.Type.SHARD ? Shards.prefixLength(data) : 0;
      for (int i = 0; i < node.links().size(); i++) {
        folderChild(node.links().get(i), entry.children().get(i), path, prefix);
      }
    }

    private void folderChild(PbLink link, long place, Path folder, int prefix) throws IOException {
      String name = link.text().substring(prefix);
      Path path = name.isEmpty() ? folder : folder.resolve(name);
      if (place == Node.LEAF) {
        smallFile(link.cid(), path);
      } else {
        inner(link.cid(), place, path);
      }
    }

    /** The parts of one file, read again. */
    private final class FileParts implements Closeable {
      private final Path path;
      private final FileChannel channel;

      FileParts(Path path) throws IOException {
        this.path = path;
        this.channel =
            FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      }

      void children(PbNode node, UnixFsData data, List<Long> places, long start)
          throws IOException {
        long offset = start;
        for (int i = 0; i < node.links().size(); i++) {
          Cid cid = node.links().get(i).cid();
          long length = data.blockBytes().get(i);
          if (isNew(cid)) {
            if (places.get(i) == Node.LEAF) {
              write(cid, offset, (int) length);
            } else {
              NodeSpool.Entry entry = spool.read(places.get(i));
              PbNode child = PbNode.decode(entry.block());
              Writing.this.write(cid, entry.block());
              UnixFsData childData = UnixFsData.decode(child.data().orElse(Bytes.empty()));
              children(child, childData, entry.children(), offset);
            }
          }
          offset += length;
        }
      }

      void write(Cid cid, long offset, int length) throws IOException {
        Bytes block = profile.leafBlock(readAt(offset, length));
        if (!profile.leafCid(block).equals(cid)) {
          throw new UnixFsException(
              UnixFsException.Kind.CHANGED, path + " changed while it was imported");
        }
        Writing.this.write(cid, block);
      }

      /** Up to {@code length} bytes, fewer only at the end of the file. */
      private Bytes readAt(long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        int read = 0;
        while (buffer.hasRemaining() && read >= 0) {
          read = channel.read(buffer, offset + buffer.position());
        }
        return Bytes.of(buffer.array(), 0, buffer.position());
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    }
  }
}
