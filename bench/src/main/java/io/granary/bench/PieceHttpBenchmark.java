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
import java.util.concurrent.TimeUnit;

/**
 * One client fetches a piece over loopback: from us out of its plain copy, which is there before
 * anything is timed, and from nginx, which sends the same data as a plain file with sendfile. That
 * is the value. Beside it stands what a piece without a plain copy gives, out of an unsealed
 * sector's file, bit padding taken off on the way. All files are in the page cache. Without nginx
 * there is nothing to compare with: the benchmark says how to get it.
 */
final class PieceHttpBenchmark implements Benchmark {
  static final int BYTES = 254 << 20;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int ROUNDS = 11;
  private static final double MEGA = 1e6;
  private static final int PATIENCE_SECONDS = 120;
  private static final long POLL_MILLIS = 50;

  @Override
  public String name() {
    return "piece-http";
  }

  @Override
  public String summary() {
    return "/piece MB/s from its plain copy ÷ nginx serving the same bytes; needs nginx (apt"
        + " install nginx-light)";
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

  /** Those of a node but {@code lines}, under {@code granary.network-bridge.retrieval}. */
  static RetrievalSettings settings(String... lines) {
    return RetrievalSettings.from(
        ConfigFactory.parseString(
                "granary.network-bridge.retrieval { port = 0\n" + String.join("\n", lines) + "\n}")
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
      try (RetrievalServer plain = serve(copy, settings(plainCopies(work)));
          RetrievalServer padded = serve(copy, settings());
          Nginx nginx = Nginx.start(program, work)) {
        String path = "/piece/" + Cid.commP(copy.piece().commP());
        awaitPlainCopy(plain, path);
        return compare(
            report,
            () -> HttpDownload.bodyBytes(plain.address().getPort(), path),
            () -> HttpDownload.bodyBytes(nginx.port(), "/data"),
            () -> HttpDownload.bodyBytes(padded.address().getPort(), path));
      }
    } finally {
      Scratch.delete(work);
    }
  }

  private static RetrievalServer serve(UnsealedFile copy, RetrievalSettings settings)
      throws IOException {
    return RetrievalServer.start(settings, new HeapIndex(), copy, InstantSource.system());
  }

  private static String[] plainCopies(Path work) {
    return new String[] {
      "plain-copies.folder = \"" + work.resolve("plain") + "\"",
      "plain-copies.after-reads = 1",
      "plain-copies.free-bytes-min = 0",
      "plain-copies.fill-bytes-per-second-max = 0"
    };
  }

  private static void awaitPlainCopy(RetrievalServer server, String path)
      throws IOException, InterruptedException {
    long unused = HttpDownload.bodyBytes(server.address().getPort(), path);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (server.plainCopies().orElseThrow().copies() == 0) {
      if (System.nanoTime() > end) {
        throw new IOException("no plain copy came in " + PATIENCE_SECONDS + " s");
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Moves the bytes and says how many they were. */
  interface Side {
    long run() throws IOException;
  }

  /** Two of the sides take turns in being first, so that neither gains by what the other leaves. */
  private static double compare(Report report, Side plain, Side nginx, Side padded)
      throws IOException {
    Samples our = new Samples();
    Samples their = new Samples();
    Samples withoutCopy = new Samples();
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      double one = rate(round % 2 == 0 ? plain : nginx);
      double two = rate(round % 2 == 0 ? nginx : plain);
      double three = rate(padded);
      if (round >= WARM_UP_ROUNDS) {
        our.add(round % 2 == 0 ? one : two);
        their.add(round % 2 == 0 ? two : one);
        withoutCopy.add(three);
      }
    }
    print(report, "plain copy", our);
    print(report, "nginx", their);
    print(report, "sector's file", withoutCopy);
    report.line("sector's file ÷ nginx %.3f", withoutCopy.median() / their.median());
    return our.median() / their.median();
  }

  private static void print(Report report, String name, Samples samples) {
    report.line(
        "%-14s median %7.1f MB/s, quartiles %.1f to %.1f",
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
