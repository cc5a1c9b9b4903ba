package io.granary.bench;

import io.granary.bridge.car.CarLimits;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.bridge.retrieval.RetrievalServer;
import io.granary.bridge.unixfs.ImportLimits;
import io.granary.bridge.unixfs.ImportedTree;
import io.granary.bridge.unixfs.UnixFsImporter;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.PieceIndex;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * One client fetches a file's DAG as a CAR over loopback, out of an unsealed sector's file; against
 * it the same blocks are read one by one from the CAR as a plain file on disk, in the page cache.
 * We take off the bit padding and hash each block besides. The index is in memory: with the one in
 * Cassandra a question more is asked for 4096 blocks.
 */
final class IpfsCarBenchmark implements Benchmark {
  private static final int WARM_UP_ROUNDS = 3;
  private static final int ROUNDS = 11;
  private static final double MEGA = 1e6;
  private static final Duration STORE_LIMIT = Duration.ofMinutes(1);

  @Override
  public String name() {
    return "ipfs-car";
  }

  @Override
  public String summary() {
    return "CAR MB/s over HTTP, every block hashed ÷ reading the same blocks from disk";
  }

  @Override
  public String against() {
    return "reading each block from the CAR file, one thread";
  }

  @Override
  public Goal goal() {
    return Goal.atLeast(0.5);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("granary-bench");
    try {
      Path car = work.resolve("car");
      Cid root = writeCar(PieceHttpBenchmark.randomFile(work), work, car);
      UnsealedFile pieces = UnsealedFile.of(car, work.resolve("sector"));
      HeapIndex index = new HeapIndex();
      long blocks = new PieceIndexer(index, CarLimits.DEFAULT, STORE_LIMIT).index(pieces).blocks();
      report.line("%d blocks, %d MB of CAR", blocks, Files.size(car) / 1_000_000);
      try (RetrievalServer server =
          RetrievalServer.start(
              PieceHttpBenchmark.settings(), index, pieces, InstantSource.system())) {
        return compare(report, server.address().getPort(), root, car, index.all());
      }
    } finally {
      Scratch.delete(work);
    }
  }

  private static Cid writeCar(Path file, Path work, Path car) throws IOException {
    UnixFsImporter importer =
        new UnixFsImporter(
            UnixFsProfile.KUBO_CID_V1,
            ImportLimits.DEFAULT,
            Files.createDirectories(work.resolve("spool")));
    try (ImportedTree tree = importer.read(file, bytes -> {});
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(car), 1 << 20)) {
      if (tree.writeCar(out).blocks() == 0) {
        throw new IOException("the CAR has no blocks");
      }
      return tree.root();
    }
  }

  private static double compare(
      Report report, int port, Cid root, Path car, List<PieceIndex.Block> blocks)
      throws IOException {
    String path = "/ipfs/" + root + "?format=car";
    Samples ours = new Samples();
    Samples theirs = new Samples();
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      boolean keep = round >= WARM_UP_ROUNDS;
      if (round % 2 == 0) {
        sample(keep, ours, () -> HttpDownload.bodyBytes(port, path));
      }
      sample(keep, theirs, () -> read(car, blocks));
      if (round % 2 != 0) {
        sample(keep, ours, () -> HttpDownload.bodyBytes(port, path));
      }
    }
    report.line("ours    median %7.1f MB/s", ours.median());
    report.line("reading median %7.1f MB/s", theirs.median());
    return ours.median() / theirs.median();
  }

  private static void sample(boolean keep, Samples samples, PieceHttpBenchmark.Side side)
      throws IOException {
    long start = System.nanoTime();
    long bytes = side.run();
    if (bytes < PieceHttpBenchmark.BYTES) {
      throw new IOException("only " + bytes + " bytes came");
    }
    if (keep) {
      samples.add(bytes / MEGA / ((System.nanoTime() - start) / 1e9));
    }
  }

  private static long read(Path car, List<PieceIndex.Block> blocks) throws IOException {
    long bytes = 0;
    try (FileChannel file = FileChannel.open(car, StandardOpenOption.READ)) {
      for (PieceIndex.Block block : blocks) {
        ByteBuffer buffer = ByteBuffer.allocate(block.dataBytes());
        while (buffer.hasRemaining()) {
          if (file.read(buffer, block.dataOffset() + buffer.position()) < 0) {
            throw new IOException("the CAR ends early");
          }
        }
        bytes += buffer.capacity();
      }
    }
    return bytes;
  }
}
