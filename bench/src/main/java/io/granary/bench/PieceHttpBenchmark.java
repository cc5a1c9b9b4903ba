package io.granary.bench;

import com.typesafe.config.ConfigFactory;
import io.granary.bridge.retrieval.RetrievalServer;
import io.granary.bridge.retrieval.RetrievalSettings;
import io.granary.protocol.cid.Cid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Random;

/**
 * One client fetches a piece over loopback, from us out of an unsealed sector's file, bit padding
 * taken off on the way, and from nginx, which sends the same data as a plain file with sendfile;
 * both files are in the page cache. Without nginx there is nothing to compare with: the benchmark
 * says how to get it.
 */
final class PieceHttpBenchmark implements Benchmark {
  static final int BYTES = 254 << 20;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int ROUNDS = 11;
  private static final double MEGA = 1e6;

  @Override
  public String name() {
    return "piece-http";
  }

  @Override
  public String summary() {
    return "/piece MB/s ÷ nginx serving the same file; needs nginx (apt install nginx-light)";
  }

  @Override
  public String against() {
    return "nginx, sendfile, one worker";
  }

  @Override
  public Goal goal() {
    return Goal.atLeast(0.9);
  }

  /** A file of random bytes. */
  static Path randomFile(Path folder) throws IOException {
    Path file = folder.resolve("data");
    Random random = new Random(20260102);
    byte[] buffer = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int written = 0; written < BYTES; written += buffer.length) {
        random.nextBytes(buffer);
        out.write(buffer);
      }
    }
    return file;
  }

  static RetrievalSettings settings() {
    return RetrievalSettings.from(
        ConfigFactory.parseString("granary.network-bridge.retrieval.port = 0")
            .withFallback(ConfigFactory.load())
            .resolve());
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    Path program =
        Nginx.installed()
            .orElseThrow(
                () ->
                    new IOException(
                        "nginx is needed and not found in "
                            + Nginx.PLACES
                            + "; on Debian: apt install nginx-light"));
    Path work = Files.createTempDirectory("granary-bench");
    try {
      Path file = randomFile(work);
      UnsealedFile copy = UnsealedFile.of(file, work.resolve("sector"));
      try (RetrievalServer server =
              RetrievalServer.start(settings(), new HeapIndex(), copy, InstantSource.system());
          Nginx nginx = Nginx.start(program, work)) {
        String path = "/piece/" + Cid.commP(copy.piece().commP());
        return compare(
            report,
            () -> HttpDownload.bodyBytes(server.address().getPort(), path),
            () -> HttpDownload.bodyBytes(nginx.port(), "/data"));
      }
    } finally {
      Scratch.delete(work);
    }
  }

  /** Moves the bytes and says how many they were. */
  interface Side {
    long run() throws IOException;
  }

  private static double compare(Report report, Side ours, Side theirs) throws IOException {
    Samples our = new Samples();
    Samples their = new Samples();
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      double one = rate(round % 2 == 0 ? ours : theirs);
      double two = rate(round % 2 == 0 ? theirs : ours);
      if (round >= WARM_UP_ROUNDS) {
        our.add(round % 2 == 0 ? one : two);
        their.add(round % 2 == 0 ? two : one);
      }
    }
    print(report, "ours", our);
    print(report, "nginx", their);
    return our.median() / their.median();
  }

  private static void print(Report report, String name, Samples samples) {
    report.line(
        "%-8s median %7.1f MB/s, quartiles %.1f to %.1f",
        name, samples.median(), samples.quantile(0.25), samples.quantile(0.75));
  }

  private static double rate(Side side) throws IOException {
    long start = System.nanoTime();
    long bytes = side.run();
    if (bytes != BYTES) {
      throw new IOException(bytes + " bytes instead of " + BYTES);
    }
    return bytes / MEGA / ((System.nanoTime() - start) / 1e9);
  }
}
