package io.granary.devnet.state;

import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborWriter;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A published deal (builtin-actors market/src/deal.rs).
 *
 * @param proposal with the ID addresses of client and provider
 * @param activation where its piece lies, once its sector has been committed
 * @param lastUpdated the epoch up to which it is paid, −1 before the first payment
 * @param pending whether the same proposal cannot be published again
 * @param allocation made for a verified deal; 0 for none, and again once it is active
 */
public record StorageDeal(
    DealProposal proposal,
    Optional<Activation> activation,
    long lastUpdated,
    boolean pending,
    long allocation)
    implements CborEncodable {
  /** What both epochs of a state are before there is one. */
  public static final long UNSET = -1;

  /**
   * Where and since when a deal is active.
   *
   * @param epoch of the sector's commit
   */
  public record Activation(SectorNumber sector, long epoch) {}

  /** A deal as it is published. */
  public static StorageDeal published(DealProposal proposal, long allocation) {
    return new StorageDeal(proposal, Optional.empty(), UNSET, true, allocation);
  }

  public StorageDeal activated(SectorNumber sector, long epoch) {
    return new StorageDeal(
        proposal, Optional.of(new Activation(sector, epoch)), lastUpdated, pending, 0);
  }

  /** With everything paid that is due until {@code epoch}. */
  public StorageDeal paidUntil(long epoch) {
    return new StorageDeal(proposal, activation, epoch, false, allocation);
  }

  /** What the client still owes for the time from {@code epoch} on. */
  public TokenAmount priceFrom(long epoch) {
    long end = proposal.endEpoch().value();
    long from = Math.max(Math.max(epoch, lastUpdated), proposal.startEpoch().value());
    return proposal.pricePerEpoch().times(Math.max(0, end - from));
  }

  /** What of the price is due at {@code epoch} and not yet paid. */
  public TokenAmount due(long epoch) {
    return priceFrom(UNSET).minus(priceFrom(epoch));
  }

  /** The sector of an active deal. */
  public OptionalLong sector() {
    return activation
        .map(active -> OptionalLong.of(active.sector().value()))
        .orElseGet(OptionalLong::empty);
  }

  @Override
  public void writeTo(CborWriter writer) {
    writer.array(5).value(proposal);
    writer.optional(activation, (w, a) -> w.array(2).uint64(a.sector().value()).int64(a.epoch()));
    writer.int64(lastUpdated).bool(pending).uint64(allocation);
  }
}
