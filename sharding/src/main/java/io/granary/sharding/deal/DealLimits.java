package io.granary.sharding.deal;

/**
 * How much of other people's data a provider takes on at once. The proposals of one node never pass
 * a bound together; desks of several nodes count what the store has, so that those judged at the
 * same moment may pass it by as much as each of the other nodes takes within these milliseconds.
 *
 * @param underWayMax deals that are not active and final yet
 * @param underWayPerClientMax of one client, whichever of its addresses its proposals name
 * @param stagingBytesMax of data that is fetched or waits for its sector
 * @param proposalsMax judged at once on one node
 */
public record DealLimits(
    int underWayMax, int underWayPerClientMax, long stagingBytesMax, int proposalsMax) {
  /** What is held in memory for deals is bounded by it. */
  public static final int UNDER_WAY_CEILING = 10_000;

  public DealLimits {
    atLeastOne(underWayMax, "under-way-max");
    if (underWayMax > UNDER_WAY_CEILING) {
      throw new IllegalArgumentException(
          "granary.deals.limits.under-way-max: at most "
              + UNDER_WAY_CEILING
              + ", not "
              + underWayMax);
    }
    atLeastOne(underWayPerClientMax, "under-way-per-client-max");
    atLeastOne(stagingBytesMax, "staging-bytes-max");
    atLeastOne(proposalsMax, "proposals-max");
  }

  private static void atLeastOne(long value, String key) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "granary.deals.limits." + key + ": at least 1, not " + value);
    }
  }
}
