package io.granary.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast one stream of one connection is, over loopback between two processes: our host to our
 * host, js-libp2p to js-libp2p and go-libp2p to go-libp2p, by turns. All run the same commands of
 * the interop peers: 64 MiB sent to a sink, 64 MiB fetched from a source, both ends hash all of it
 * with SHA-256 and what arrived is checked. The time is the dialing program's own, from opening the
 * stream to the check.
 *
 * <p>Every round has a new dialing process, which runs each command some times uncounted first:
 * compilers warm up, windows grow, for whoever has them. The listening processes stay.
 *
 * <p>The value is the smaller of two ratios, one for each direction: our median ÷ the median of the
 * faster of the others.
 */
final class StreamBenchmark implements Benchmark {
  private static final long BYTES = 64L << 20;
  private static final int ROUNDS = 3;
  private static final int WARM_UP = 12;
  private static final int COUNTED = 6;
  private static final double BEST = 1.0;
  private static final double MEGA = 1e6;
  private static final List<String> DIRECTIONS = List.of("sink", "source");

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String summary() {
    return "one libp2p stream's MB/s, ours ÷ the faster of js-libp2p and go-libp2p";
  }

  @Override
  public String against() {
    return "js-libp2p to js-libp2p and go-libp2p to go-libp2p, the faster";
  }

  @Override
  public Goal goal() {
    return Goal.atLeast(1.0);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    List<Side> sides = new ArrayList<>();
    try {
      sides.add(new Side(PeerProgram.ours()));
      for (PeerProgram other : PeerProgram.others()) {
        sides.add(new Side(other));
      }
      report.line(
          "%d MiB each way, %d rounds of %d after %d to warm up; MB/s",
          BYTES >> 20, ROUNDS, COUNTED, WARM_UP);
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < sides.size(); i++) {
          sides.get((round + i) % sides.size()).round();
        }
      }
    } finally {
      for (Side side : sides) {
        side.listener.close();
      }
    }
    sides.forEach(side -> side.print(report));
    double least = Double.POSITIVE_INFINITY;
    for (String direction : DIRECTIONS) {
      least = Math.min(least, ratio(sides, direction, report));
    }
    return least;
  }

  private static double ratio(List<Side> sides, String direction, Report report) {
    double median = ratio(sides, direction, 0.5);
    report.line(
        "%-6s ours ÷ the faster of the others: %.3f by the medians, %.3f by the best",
        direction, median, ratio(sides, direction, BEST));
    return median;
  }

  private static double ratio(List<Side> sides, String direction, double quantile) {
    double others =
        sides.stream()
            .skip(1)
            .mapToDouble(side -> side.speeds(direction).quantile(quantile))
            .max()
            .orElseThrow();
    return sides.get(0).speeds(direction).quantile(quantile) / others;
  }

  /** One kind of peer with its measurements. */
  private static final class Side {
    private final PeerProgram program;
    private final PeerProgram.Listener listener;
    private final Map<String, Samples> speeds = new LinkedHashMap<>();

    Side(PeerProgram program) throws IOException {
      this.program = program;
      this.listener = program.listen();
      DIRECTIONS.forEach(direction -> speeds.put(direction, new Samples()));
    }

    Samples speeds(String direction) {
      return speeds.getOrDefault(direction, new Samples());
    }

    void round() throws IOException, InterruptedException {
      List<String> commands = new ArrayList<>();
      for (int i = 0; i < WARM_UP + COUNTED; i++) {
        DIRECTIONS.forEach(direction -> commands.add(direction + ":" + BYTES));
      }
      List<Double> millis = program.dial(listener.address(), commands);
      for (int i = WARM_UP * DIRECTIONS.size(); i < commands.size(); i++) {
        speeds(DIRECTIONS.get(i % DIRECTIONS.size())).add(BYTES / MEGA / (millis.get(i) / 1000));
      }
    }

    void print(Report report) {
      speeds.forEach(
          (direction, samples) ->
              report.line(
                  "%-10s %-6s median %5.0f, quartiles %.0f to %.0f, best %.0f",
                  program.name(),
                  direction,
                  samples.median(),
                  samples.quantile(0.25),
                  samples.quantile(0.75),
                  samples.quantile(BEST)));
    }
  }
}
