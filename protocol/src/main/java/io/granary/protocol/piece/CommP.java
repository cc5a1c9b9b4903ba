package io.granary.protocol.piece;

import io.granary.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * The commitment of a stream of data, by one thread or several. Both hold a fixed amount of memory:
 * one part a thread, however long the stream is.
 */
public final class CommP {
  /** Padded bytes of a part that one thread takes at a time. */
  private static final long PART_PADDED_BYTES = 1 << 20;

  private static final int PART_DATA_BYTES =
      (int) (PART_PADDED_BYTES / Fr32.PADDED_BLOCK * Fr32.UNPADDED_BLOCK);
  private static final int PART_LEVEL = PieceSizes.level(PART_PADDED_BYTES);

  private CommP() {}

  /** The piece of all data in {@code source}, of the smallest size that takes it. */
  public static PieceInfo of(InputStream source) throws IOException {
    CommPDigest digest = new CommPDigest();
    byte[] buffer = new byte[CommPDigest.CHUNK_DATA_BYTES * 4];
    int read = source.readNBytes(buffer, 0, buffer.length);
    while (read > 0) {
      digest.update(buffer, 0, read);
      read = source.readNBytes(buffer, 0, buffer.length);
    }
    return digest.finish();
  }

  /**
   * The same, hashed by up to {@code parallelism} threads of {@code workers} while this one reads.
   * At most {@code parallelism + 1} parts of 1 MiB are held.
   */
  public static PieceInfo of(InputStream source, ExecutorService workers, int parallelism)
      throws IOException, InterruptedException {
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "CommP parallelism: must be at least 1, got " + parallelism);
    }
    Deque<byte[]> free = new ArrayDeque<>();
    for (int i = 0; i <= parallelism; i++) {
      free.add(new byte[PART_DATA_BYTES]);
    }
    Deque<Part> running = new ArrayDeque<>();
    SubtreeStack subtrees = new SubtreeStack(new DigestMerkleNodes());
    long dataBytes = 0;
    try {
      while (true) {
        if (free.isEmpty()) {
          collect(running.remove(), subtrees, free);
        }
        byte[] buffer = free.remove();
        int read = source.readNBytes(buffer, 0, buffer.length);
        dataBytes += read;
        if (dataBytes < PART_DATA_BYTES) {
          CommPDigest digest = new CommPDigest();
          digest.update(buffer, 0, read);
          return digest.finish();
        }
        if (read > 0) {
          running.add(new Part(buffer, workers.submit(() -> rootOf(buffer, read))));
        }
        if (read < buffer.length) {
          break;
        }
      }
      while (!running.isEmpty()) {
        collect(running.remove(), subtrees, free);
      }
    } finally {
      running.forEach(part -> part.root.cancel(true));
    }
    long paddedBytes = PieceSizes.paddedFor(dataBytes);
    byte[] root = subtrees.root(PieceSizes.level(paddedBytes));
    return new PieceInfo(new Commitment(Bytes.of(root)), paddedBytes);
  }

  /** A part being hashed, and the buffer that holds its data until then. */
  private static final class Part {
    final byte[] buffer;
    final Future<byte[]> root;

    Part(byte[] buffer, Future<byte[]> root) {
      this.buffer = buffer;
      this.root = root;
    }
  }

  private static byte[] rootOf(byte[] data, int length) {
    CommPDigest digest = new CommPDigest();
    digest.update(data, 0, length);
    return digest.finish(PART_PADDED_BYTES).commP().bytes().toArray();
  }

  private static void collect(Part part, SubtreeStack subtrees, Deque<byte[]> free)
      throws InterruptedException {
    try {
      subtrees.push(part.root.get(), PART_LEVEL);
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing a part of a piece failed", e);
    }
    free.add(part.buffer);
  }
}
