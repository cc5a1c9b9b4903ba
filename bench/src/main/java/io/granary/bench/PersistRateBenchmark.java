package io.granary.bench;

import io.granary.sharding.sector.SectorSettings;
import java.io.IOException;
import java.time.Duration;

/**
 * How many commands a second the sector model persists, against entities that do nothing else, on
 * one Cassandra and in turns. Each entity has one command in flight.
 */
final class PersistRateBenchmark implements Benchmark {
  private static final int ENTITIES = 100;
  private static final int WARM_UP_WINDOWS = 6;
  private static final int WINDOWS = 24;
  private static final Duration WINDOW = Duration.ofSeconds(2);

  /** What a fault or a recovery takes in the journal, about. */
  private static final int EVENT_BYTES = 60;

  @Override
  public String name() {
    return "persist-rate";
  }

  @Override
  public String summary() {
    return "commands persisted a second: the sector model ÷ a bare EventSourcedBehavior";
  }

  @Override
  public String against() {
    return "a bare EventSourcedBehavior on the same Cassandra";
  }

  @Override
  public Goal goal() {
    return Goal.atLeast(0.9);
  }

  @Override
  public double measure(Report report) throws IOException, InterruptedException {
    try (BenchStore store = BenchStore.start(report)) {
      return measure(
          report,
          new SectorSide(
              store.system(),
              ENTITIES,
              store.open().sectorSummaries(),
              SectorSettings.from(store.config())),
          new BareSide(store.system(), ENTITIES, EVENT_BYTES));
    }
  }

  private static double measure(Report report, PersistSide ours, PersistSide bare)
      throws InterruptedException {
    report.line(
        "%d entities each, one command in flight; %d windows of %d s after %d to warm up",
        ENTITIES, WINDOWS, WINDOW.toSeconds(), WARM_UP_WINDOWS);
    Samples sector = new Samples();
    Samples plain = new Samples();
    Samples ratios = new Samples();
    for (int round = 0; round < WARM_UP_WINDOWS + WINDOWS; round++) {
      boolean oursFirst = round % 2 == 0;
      double first = window(oursFirst ? ours : bare, round + "-first");
      double second = window(oursFirst ? bare : ours, round + "-second");
      if (round >= WARM_UP_WINDOWS) {
        double ourRate = oursFirst ? first : second;
        double bareRate = oursFirst ? second : first;
        sector.add(ourRate);
        plain.add(bareRate);
        ratios.add(ourRate / bareRate);
      }
    }
    report.line(
        "sector model  median %6.0f commands/s, quartiles %.0f to %.0f",
        sector.median(), sector.quantile(0.25), sector.quantile(0.75));
    report.line(
        "bare          median %6.0f commands/s, quartiles %.0f to %.0f",
        plain.median(), plain.quantile(0.25), plain.quantile(0.75));
    report.line(
        "ratio by round: median %.3f, quartiles %.3f to %.3f",
        ratios.median(), ratios.quantile(0.25), ratios.quantile(0.75));
    return ratios.median();
  }

  private static double window(PersistSide side, String name) throws InterruptedException {
    Window window = new Window(side.entities());
    for (int i = 0; i < side.entities(); i++) {
      side.drive(i, window, "driver-" + name + "-" + i);
    }
    return window.run(WINDOW);
  }
}
