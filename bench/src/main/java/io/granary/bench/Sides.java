package io.granary.bench;

/** The same work done in two ways, round by round: ours, and the calls alone. Seconds. */
final class Sides {
  private final Samples ours = new Samples();
  private final Samples direct = new Samples();

  void add(double oursSeconds, double directSeconds) {
    ours.add(oursSeconds);
    direct.add(directSeconds);
  }

  /**
   * Reports both and their difference.
   *
   * @param way what ours goes through
   * @return the median of ours ÷ that of the direct calls
   */
  double ratio(Report report, String way) {
    line(report, way, ours);
    line(report, "direct", direct);
    report.line("added: %.0f ms", (ours.median() - direct.median()) * 1000);
    return ours.median() / direct.median();
  }

  private static void line(Report report, String way, Samples samples) {
    report.line(
        "%-20smedian %.3f s, quartiles %.3f to %.3f",
        way, samples.median(), samples.quantile(0.25), samples.quantile(0.75));
  }
}
