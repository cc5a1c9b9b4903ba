package io.granary.protocol.piece;

import io.granary.protocol.Bytes;
import java.util.Arrays;
import java.util.Objects;

/**
 * Computes the commitment of a piece from its data, streamed in parts of any size. Memory does not
 * depend on the size: data is expanded to field elements 32 KiB at a time, each such chunk is
 * reduced to one node in place while it is in the cache, and nodes of larger subtrees wait on a
 * stack with one slot a level. What no data reaches is taken from the roots of zero subtrees, not
 * hashed. Used by one thread; not usable after {@link #finish}.
 */
public final class CommPDigest {
  /**
   * Blocks of a chunk: 32 KiB of field elements stay in the nearest cache of a core, and few of
   * their nodes are left when there are fewer than a vector has lanes.
   */
  private static final int CHUNK_BLOCKS = 256;

  /** Data bytes that make one chunk; updates of multiples of this are taken without copying. */
  public static final int CHUNK_DATA_BYTES = CHUNK_BLOCKS * Fr32.UNPADDED_BLOCK;

  private static final int LEAVES_PER_BLOCK = Fr32.PADDED_BLOCK / MerkleNodes.NODE;
  private static final int CHUNK_LEAVES = CHUNK_BLOCKS * LEAVES_PER_BLOCK;
  private static final int CHUNK_LEVEL = Integer.numberOfTrailingZeros(CHUNK_LEAVES);

  private final MerkleNodes nodes;
  private final byte[] chunk = new byte[CHUNK_LEAVES * MerkleNodes.NODE];
  private final byte[] partial = new byte[Fr32.UNPADDED_BLOCK];
  private final SubtreeStack subtrees;
  private int partialBytes;
  private int chunkBlocks;
  private long dataBytes;
  private boolean finished;

  /** Hashes by the fastest implementation that this JVM has, see {@link NodeHashing}. */
  public CommPDigest() {
    this(MerkleNodes.fastest());
  }

  CommPDigest(MerkleNodes nodes) {
    this.nodes = nodes;
    this.subtrees = new SubtreeStack(nodes);
  }

  /** Takes the next {@code length} bytes of data. */
  public void update(byte[] data, int offset, int length) {
    requireOpen();
    Objects.checkFromIndexSize(offset, length, data.length);
    dataBytes += length;
    int from = offset;
    int end = offset + length;
    if (partialBytes > 0) {
      int taken = Math.min(Fr32.UNPADDED_BLOCK - partialBytes, length);
      System.arraycopy(data, from, partial, partialBytes, taken);
      partialBytes += taken;
      from += taken;
      if (partialBytes == Fr32.UNPADDED_BLOCK) {
        addBlocks(partial, 0, 1);
        partialBytes = 0;
      }
    }
    while (end - from >= Fr32.UNPADDED_BLOCK) {
      int blocks = Math.min((end - from) / Fr32.UNPADDED_BLOCK, CHUNK_BLOCKS - chunkBlocks);
      addBlocks(data, from, blocks);
      from += blocks * Fr32.UNPADDED_BLOCK;
    }
    if (from < end) {
      System.arraycopy(data, from, partial, 0, end - from);
      partialBytes = end - from;
    }
  }

  /** Takes all of {@code data}. */
  public void update(byte[] data) {
    update(data, 0, data.length);
  }

  /** How many bytes of data were taken. */
  public long dataBytes() {
    return dataBytes;
  }

  /** The piece of the smallest size that takes the data, zeros after it. */
  public PieceInfo finish() {
    return finish(PieceSizes.paddedFor(dataBytes));
  }

  /**
   * The piece of {@code paddedBytes}, zeros after the data.
   *
   * @throws IllegalArgumentException when that is no piece size, or too small for the data
   */
  public PieceInfo finish(long paddedBytes) {
    requireOpen();
    int level = PieceSizes.level(paddedBytes);
    if (paddedBytes < PieceSizes.paddedFor(dataBytes)) {
      throw new IllegalArgumentException(
          "piece size: " + dataBytes + " bytes of data do not fit " + paddedBytes + " padded");
    }
    finished = true;
    if (partialBytes > 0) {
      Arrays.fill(partial, partialBytes, partial.length, (byte) 0);
      addBlocks(partial, 0, 1);
    }
    byte[] root =
        subtrees.isEmpty() && level <= CHUNK_LEVEL ? rootWithinChunk(level) : rootAbove(level);
    return new PieceInfo(new Commitment(Bytes.of(root)), paddedBytes);
  }

  private byte[] rootWithinChunk(int level) {
    reduceChunkTo(level);
    return Arrays.copyOf(chunk, MerkleNodes.NODE);
  }

  private byte[] rootAbove(int level) {
    if (chunkBlocks > 0) {
      reduceChunkTo(CHUNK_LEVEL);
      subtrees.push(Arrays.copyOf(chunk, MerkleNodes.NODE), CHUNK_LEVEL);
    }
    return subtrees.root(level);
  }

  private void addBlocks(byte[] data, int from, int blocks) {
    Fr32.pad(data, from, chunk, chunkBlocks * Fr32.PADDED_BLOCK, blocks);
    chunkBlocks += blocks;
    if (chunkBlocks == CHUNK_BLOCKS) {
      nodes.reduce(chunk, CHUNK_LEAVES);
      subtrees.push(Arrays.copyOf(chunk, MerkleNodes.NODE), CHUNK_LEVEL);
      chunkBlocks = 0;
    }
  }

  /**
   * Reduces the blocks of an unfinished chunk, and zeros after them, to a root at {@code level}.
   */
  private void reduceChunkTo(int level) {
    int count = chunkBlocks * LEAVES_PER_BLOCK;
    if (count == 0) {
      System.arraycopy(ZeroPieces.root(level), 0, chunk, 0, MerkleNodes.NODE);
      return;
    }
    for (int at = 0; at < level; at++) {
      if ((count & 1) == 1) {
        System.arraycopy(ZeroPieces.root(at), 0, chunk, count * MerkleNodes.NODE, MerkleNodes.NODE);
        count++;
      }
      count >>= 1;
      for (int parent = 0; parent < count; parent++) {
        nodes.combine(chunk, parent * 2 * MerkleNodes.NODE, parent * MerkleNodes.NODE);
      }
    }
  }

  private void requireOpen() {
    if (finished) {
      throw new IllegalStateException("this CommP digest is finished");
    }
  }
}
