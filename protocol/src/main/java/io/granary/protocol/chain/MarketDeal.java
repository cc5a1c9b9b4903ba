package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import java.util.Optional;

/**
 * A published deal as the storage market has it (lotus api MarketDeal, StateMarketStorageDeal). One
 * that was never published, ran out or was slashed is none: the question is refused then.
 */
public record MarketDeal(Terms terms, State state) {
  /**
   * What was agreed.
   *
   * @param client as f0 address, whatever the client signed as
   * @param label empty for one of bytes, which the node does not show
   * @param pricePerEpoch attoFIL
   */
  public record Terms(
      Cid piece,
      long paddedBytes,
      boolean verified,
      Address client,
      Address provider,
      String label,
      Epoch startEpoch,
      Epoch endEpoch,
      TokenAmount pricePerEpoch,
      TokenAmount providerCollateral,
      TokenAmount clientCollateral) {}

  /**
   * How far it is; {@value #UNSET} stands for an epoch that has not come.
   *
   * @param sector 0 until it is activated, and a number like others
   * @param sectorStartEpoch when its sector was activated
   * @param lastUpdatedEpoch when it was paid for last
   * @param slashEpoch when its sector was terminated
   */
  public record State(long sector, long sectorStartEpoch, long lastUpdatedEpoch, long slashEpoch) {
    /** How the node writes an epoch that has not come. */
    public static final long UNSET = -1;
  }

  /** When its sector was activated; empty before. */
  public Optional<Epoch> activation() {
    return epoch(state.sectorStartEpoch());
  }

  /** When its sector was terminated before the end. */
  public Optional<Epoch> slashed() {
    return epoch(state.slashEpoch());
  }

  private static Optional<Epoch> epoch(long value) {
    return value == State.UNSET ? Optional.empty() : Optional.of(new Epoch(value));
  }
}
