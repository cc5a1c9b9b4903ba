package io.granary.sharding.publish;

import com.typesafe.config.Config;

/**
 * The settings of {@code granary.deals.settle}; reference.conf says what each means.
 *
 * @param enabled whether anything is settled
 * @param everyEpochs how much of a running deal is unpaid before a message is made for it
 * @param endWaitEpochs how long the first deal that came to its end waits for others
 * @param dealsMax deals of one message
 * @param costPercent of what a running deal brings, what its part of the message may cost
 * @param freeDeals whether deals without a price are settled at their end, for their collateral
 * @param payablesMax deals that may wait to be paid for
 * @param usefulEpochs how long a message is worth being signed
 * @param againEpochs how long what was not worth its cost, or failed, waits for the next look
 */
public record SettleSettings(
    boolean enabled,
    long everyEpochs,
    long endWaitEpochs,
    int dealsMax,
    int costPercent,
    boolean freeDeals,
    int payablesMax,
    long usefulEpochs,
    long againEpochs) {
  static final String PATH = "granary.deals.settle";

  /** With about 10 M gas a deal at worst, one message then takes no more than a block has. */
  private static final int DEALS_CEILING = 1_000;

  public SettleSettings {
    within(1, Long.MAX_VALUE, everyEpochs, "every-epochs");
    within(0, Long.MAX_VALUE, endWaitEpochs, "end-wait-epochs");
    within(1, DEALS_CEILING, dealsMax, "deals-max");
    within(1, 100, costPercent, "cost-percent");
    within(1, Integer.MAX_VALUE, payablesMax, "payables-max");
    within(1, Long.MAX_VALUE, usefulEpochs, "useful-epochs");
    within(1, Long.MAX_VALUE, againEpochs, "again-epochs");
  }

  /**
   * Reads {@code granary.deals.settle} of {@code root}.
   *
   * @throws IllegalArgumentException naming the key whose value is refused
   */
  public static SettleSettings from(Config root) {
    Config config = root.getConfig(PATH);
    return new SettleSettings(
        config.getBoolean("enabled"),
        config.getLong("every-epochs"),
        config.getLong("end-wait-epochs"),
        config.getInt("deals-max"),
        config.getInt("cost-percent"),
        config.getBoolean("free-deals"),
        config.getInt("payables-max"),
        config.getLong("useful-epochs"),
        config.getLong("again-epochs"));
  }

  private static void within(long least, long most, long value, String key) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          PATH
              + "."
              + key
              + ": at least "
              + least
              + (most == Long.MAX_VALUE ? "" : " and at most " + most)
              + ", not "
              + value);
    }
  }
}
