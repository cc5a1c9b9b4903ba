package io.granary.bench;

import io.granary.bridge.car.CarLimits;
import io.granary.bridge.retrieval.PieceIndexer;
import io.granary.bridge.retrieval.RetrievalServer;
import io.granary.bridge.unixfs.ImportLimits;
import io.granary.bridge.unixfs.ImportedTree;
import io.granary.bridge.unixfs.UnixFsImporter;
import io.granary.bridge.unixfs.UnixFsProfile;
import io.granary.protocol.cid.Cid;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * One client fetches a file's DAG as a CAR over loopback, out of an unsealed sector's file; against
 * it the same blocks are read one by one, in their order, from the CAR as a plain file. We take off
 * the bit padding, hash each block and send it besides.
 *
 * <p>The value is that of files which come from disk, as the goal says: before each round the
 * kernel's pages of the file are dropped, on both sides, and what the process has then read from
 * the disk is compared with the file. The kernel reads ahead as it does for anybody. Reported
 * besides: reading with O_DIRECT, without the kernel's reading ahead; and both sides with all pages
 * in memory, where reading is a bare copy, several times as fast as one SHA-256 of the same bytes.
 *
 * <p>Processor time is given by thread, since client and server share the machine. The index is in
 * memory: with the one in Cassandra a question more is asked for 4096 blocks.
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
    return "CAR MB/s over HTTP, every block hashed ÷ reading the same blocks, both from disk";
  }

  @Override
  public String against() {
    return "reading each block of the CAR file from disk, one thread";
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
        String path = "/ipfs/" + root + "?format=car";
        int port = server.address().getPort();
        ChannelDownload client = new ChannelDownload();
        return compare(
            report,
            () -> client.bodyBytes(port, path),
            new ColdFile(pieces.sector()),
            new PlainBlocks(car, index.all()));
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

  private static double compare(Report report, Side ours, ColdFile sector, PlainBlocks plain)
      throws IOException, InterruptedException {
    Side reading = plain::read;
    Rounds cached = new Rounds(ours, reading);
    cached.run();
    cached.print(report, "in memory");
    report.line("in memory: ours ÷ reading %.3f", cached.ratio());
    ColdFile car = new ColdFile(plain.car());
    Rounds cold = new Rounds(new ColdSide(sector, ours), new ColdSide(car, reading));
    cold.run();
    cold.print(report, "from disk");
    Rounds direct = new Rounds(new ColdSide(sector, ours), new ColdSide(car, plain::readDirect));
    direct.run();
    report.line("from disk with O_DIRECT: reading median %7.1f MB/s", direct.theirs.median());
    return cold.ratio();
  }

  /** Moves the bytes and says how many they were. */
  private interface Side {
    /** What comes before the clock runs. */
    default void prepare() throws IOException, InterruptedException {}

    long run() throws IOException;

    /** What must hold after the clock has stopped. */
    default void check() throws IOException {}
  }

  /** A side whose file comes from disk. */
  private record ColdSide(ColdFile file, Side side) implements Side {
    @Override
    public void prepare() throws IOException, InterruptedException {
      file.drop();
    }

    @Override
    public long run() throws IOException {
      return side.run();
    }

    @Override
    public void check() throws IOException {
      file.requireRead();
    }
  }

  /** Both sides, one first in one round, the other in the next. */
  private static final class Rounds {
    private final Side our;
    private final Side their;
    private final Samples ours = new Samples();
    private final Samples theirs = new Samples();
    private final ThreadTimes times = new ThreadTimes();
    private long bytes;

    Rounds(Side our, Side their) {
      this.our = our;
      this.their = their;
    }

    void run() throws IOException, InterruptedException {
      for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
        boolean keep = round >= WARM_UP_ROUNDS;
        if (round % 2 == 0) {
          ours(keep);
          sample(keep, theirs, their);
        } else {
          sample(keep, theirs, their);
          ours(keep);
        }
      }
    }

    private void ours(boolean keep) throws IOException, InterruptedException {
      times.start();
      long moved = sample(keep, ours, our);
      if (keep) {
        times.stop();
        bytes += moved;
      }
    }

    private static long sample(boolean keep, Samples samples, Side side)
        throws IOException, InterruptedException {
      side.prepare();
      long start = System.nanoTime();
      long bytes = side.run();
      double seconds = (System.nanoTime() - start) / 1e9;
      side.check();
      if (bytes < PieceHttpBenchmark.BYTES) {
        throw new IOException("only " + bytes + " bytes came");
      }
      if (keep) {
        samples.add(bytes / MEGA / seconds);
      }
      return bytes;
    }

    double ratio() {
      return ours.median() / theirs.median();
    }

    void print(Report report, String what) {
      print(report, what, "ours", ours);
      print(report, what, "reading", theirs);
      report.line("%s: ours took, ns of processor time a byte: %s", what, times.perByte(bytes));
    }

    private static void print(Report report, String what, String who, Samples samples) {
      report.line(
          "%s: %-7s median %7.1f MB/s, quartiles %.1f to %.1f",
          what, who, samples.median(), samples.quantile(0.25), samples.quantile(0.75));
    }
  }
}
