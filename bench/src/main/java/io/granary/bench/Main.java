package io.granary.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Lists the benchmarks, or runs the one that is named. */
public final class Main {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private Main() {}

  /** The benchmarks there are. */
  static List<Benchmark> benchmarks() {
    return List.of(
        new CommPBenchmark(),
        new JobOverheadBenchmark(),
        new PartitionOverheadBenchmark(),
        new PersistRateBenchmark(),
        new QueueLatencyBenchmark(),
        new ScheduleScaleBenchmark(),
        new RedispatchBenchmark(),
        new FailoverBenchmark(),
        new Libp2pIdleBenchmark(),
        new StreamBenchmark(),
        new ProposalsBenchmark(),
        new PieceHttpBenchmark(),
        new IpfsCarBenchmark());
  }

  /** Exits with 0 when it measured, whether the goal is held or not; 1 failed, 2 wrong usage. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, Report.onStandardOutput()));
  }

  static int run(String[] arguments, Report report) {
    if (arguments.length == 0) {
      report.line("Benchmarks, run by ./granary bench NAME:");
      for (Benchmark each : benchmarks()) {
        report.line("  %-18s %s (goal %s)", each.name(), each.summary(), each.goal());
      }
      return 0;
    }
    Optional<Benchmark> chosen =
        benchmarks().stream().filter(each -> each.name().equals(arguments[0])).findFirst();
    if (arguments.length > 1 || chosen.isEmpty()) {
      report.line(
          "usage: granary bench [%s]",
          String.join(" | ", benchmarks().stream().map(Benchmark::name).toList()));
      return EXIT_USAGE;
    }
    try {
      report.line(BenchResult.of(chosen.get(), chosen.get().measure(report)).toJson());
      return 0;
    } catch (IOException e) {
      report.line("%s failed: %s", arguments[0], e);
      return EXIT_FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      report.line("%s was interrupted", arguments[0]);
      return EXIT_FAILED;
    }
  }
}
