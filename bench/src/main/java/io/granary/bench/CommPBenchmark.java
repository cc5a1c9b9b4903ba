package io.granary.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.piece.CommP;
import io.granary.protocol.piece.NodeHashing;
import io.granary.prover.child.ChildCall;
import io.granary.prover.child.ChildClass;
import io.granary.prover.child.ChildParams;
import io.granary.prover.child.ChildProcess;
import io.granary.prover.child.Children;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The piece commitment of one file, by our Java and by the reference library in the child, each on
 * one thread; their speeds per second of processor time.
 *
 * <p>The library keeps the whole tree, twice the piece, in memory, and its speed was seen to spread
 * by almost two on an idle machine. So that its bad rounds do not flatter us, its time in the
 * kernel is not counted at all, ours is, and our median is divided by its upper quartile. What it
 * costs with the kernel's part is printed beside it.
 *
 * <p>Also printed: the JDK's SHA-256 over as many bytes as the commitment has to compress (each
 * node of the tree is two blocks of 64 bytes: two children and the padding), and what a second
 * thread gains on the wall.
 */
final class CommPBenchmark implements Benchmark {
  private static final int PADDED_BYTES = 128 << 20;
  private static final int UNPADDED_BYTES = PADDED_BYTES / 128 * 127;
  private static final long NODES = PADDED_BYTES / 32 - 1;
  private static final long COMPRESSED_BYTES = NODES * 128;
  private static final int WARM_UP_ROUNDS = 3;
  private static final int ROUNDS = 15;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final double MEGA = 1e6;
  private static final double LOWER = 0.25;
  private static final double UPPER = 0.75;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "commp";
  }

  @Override
  public String summary() {
    return "piece commitment: Java MB/s per core ÷ the reference library's";
  }

  @Override
  public String against() {
    return "piece.commit of the child (filecoin-proofs-api), one thread";
  }

  @Override
  public Goal goal() {
    return Goal.atLeast(2.0);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("granary-bench");
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try (Children children =
        new Children(BenchSettings.prover(work.resolve("children"), 1).child())) {
      Path file = work.resolve("piece");
      writeRandom(file);
      return children.use(
          ChildClass.VERIFY, child -> measure(new Run(child, file, workers), report));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      workers.shutdownNow();
      Scratch.delete(work);
    }
  }

  private static double measure(Run run, Report report) {
    try {
      return run.measure(report);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeRandom(Path file) throws IOException {
    Random random = new Random(20260101);
    byte[] buffer = new byte[127 * 4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int written = 0; written < UNPADDED_BYTES; written += buffer.length) {
        random.nextBytes(buffer);
        out.write(buffer);
      }
    }
  }

  /** One measurement with its samples; used by one thread. */
  private static final class Run {
    private final ChildProcess child;
    private final Path file;
    private final ExecutorService workers;
    private final Samples java = new Samples();
    private final Samples library = new Samples();
    private final Samples libraryWithKernel = new Samples();
    private final Samples raw = new Samples();
    private final Samples oneThread = new Samples();
    private final Samples twoThreads = new Samples();
    private Bytes expected = Bytes.empty();

    Run(ChildProcess child, Path file, ExecutorService workers) {
      this.child = child;
      this.file = file;
      this.workers = workers;
    }

    double measure(Report report) throws IOException {
      report.line("Java hashes by %s", NodeHashing.inUse());
      report.line(
          "%d MiB of random data, %d rounds after %d to warm up; MB/s per second of processor time",
          PADDED_BYTES >> 20, ROUNDS, WARM_UP_ROUNDS);
      for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
        boolean keep = round >= WARM_UP_ROUNDS;
        if (round % 2 == 0) {
          round(keep, this::java, this::library);
        } else {
          round(keep, this::library, this::java);
        }
        sample(keep, raw, COMPRESSED_BYTES / MEGA / rawSha256());
        sample(keep, twoThreads, twoThreads());
      }
      double ratio = java.median() / library.quantile(UPPER);
      print(report, "Java", java);
      print(report, "library", library);
      print(report, "with kernel", libraryWithKernel);
      print(report, "JDK SHA-256", raw);
      report.line(
          "ratio of the medians %.2f, of all processor time %.2f; of our median to the library's"
              + " upper quartile %.2f, which counts",
          java.median() / library.median(), java.median() / libraryWithKernel.median(), ratio);
      double needed = COMPRESSED_BYTES / (double) UNPADDED_BYTES;
      report.line(
          "share of the JDK's SHA-256 on the same %d MB compressed: %.2f",
          COMPRESSED_BYTES / 1_000_000, java.median() * needed / raw.median());
      report.line(
          "a second thread: × %.2f on the wall (%d processors here)",
          oneThread.median() / twoThreads.median(), Runtime.getRuntime().availableProcessors());
      return ratio;
    }

    private interface Side {
      void run(boolean keep) throws IOException;
    }

    private static void round(boolean keep, Side first, Side second) throws IOException {
      first.run(keep);
      second.run(keep);
    }

    private static void sample(boolean keep, Samples samples, double value) {
      if (keep) {
        samples.add(value);
      }
    }

    private static void print(Report report, String name, Samples samples) {
      report.line(
          "%-12s median %7.1f MB/s, quartiles %.1f to %.1f",
          name, samples.median(), samples.quantile(LOWER), samples.quantile(UPPER));
    }

    /** Both must agree, or a fast answer is no answer. */
    private void agree(Bytes commitment) {
      if (expected.isEmpty()) {
        expected = commitment;
      } else if (!expected.equals(commitment)) {
        throw new IllegalStateException("commitments differ: " + expected + ", " + commitment);
      }
    }

    private void java(boolean keep) throws IOException {
      long wall = System.nanoTime();
      double start = CpuTime.ofThisThread();
      try (InputStream in = Files.newInputStream(file)) {
        agree(CommP.of(in).commP().bytes());
      }
      sample(keep, java, UNPADDED_BYTES / MEGA / (CpuTime.ofThisThread() - start));
      sample(keep, oneThread, (System.nanoTime() - wall) / 1e9);
    }

    private void library(boolean keep) throws IOException {
      ObjectNode params =
          ChildParams.empty()
              .put("path", file.toString())
              .put("unpadded_bytes", ChildParams.u64(UNPADDED_BYTES));
      CpuTime.Spent start = CpuTime.ofProcess(child.pid());
      String commitment =
          child.call(ChildCall.of("piece.commit", params, LIMIT)).path("commitment").asText();
      CpuTime.Spent spent = CpuTime.ofProcess(child.pid()).since(start);
      agree(Bytes.fromHex(commitment));
      sample(keep, library, UNPADDED_BYTES / MEGA / spent.user());
      sample(keep, libraryWithKernel, UNPADDED_BYTES / MEGA / (spent.user() + spent.kernel()));
    }

    private double twoThreads() throws IOException {
      long start = System.nanoTime();
      try (InputStream in = Files.newInputStream(file)) {
        agree(CommP.of(in, workers, 2).commP().bytes());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      return (System.nanoTime() - start) / 1e9;
    }

    /** Seconds of processor time for as many bytes as a commitment compresses. */
    private static double rawSha256() {
      MessageDigest sha256;
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
      byte[] buffer = new byte[BUFFER_BYTES];
      double start = CpuTime.ofThisThread();
      for (long done = 0; done < COMPRESSED_BYTES; done += buffer.length) {
        sha256.update(buffer, 0, (int) Math.min(buffer.length, COMPRESSED_BYTES - done));
      }
      buffer[0] = sha256.digest()[0];
      return CpuTime.ofThisThread() - start;
    }
  }
}
