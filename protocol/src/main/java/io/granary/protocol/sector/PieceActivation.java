package io.granary.protocol.sector;

import io.granary.protocol.ActorId;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.DataActivationNotification;
import io.granary.protocol.actor.VerifiedAllocationKey;
import io.granary.protocol.cbor.CborWriter;
import java.util.List;
import java.util.Optional;

/**
 * What the chain is to connect a piece with when its sector is committed (FIP-0076): a deal of the
 * market actor, which is notified, an allocation of the verified registry, which is claimed, or,
 * for a verified deal, both.
 */
public sealed interface PieceActivation {
  /** The allocation the piece claims; none gives no verified power. */
  Optional<VerifiedAllocationKey> allocation();

  /** Who is told of the piece. */
  List<DataActivationNotification> notifications();

  /** As people call it: {@code chain deal 12}, {@code allocation 7 of f0102}. */
  String name();

  /**
   * A deal that was published without DataCap.
   *
   * @param chainDealId by which the market actor knows the deal
   */
  record MarketDeal(long chainDealId) implements PieceActivation {
    public MarketDeal {
      requireNotNegative("deal id", chainDealId);
    }

    @Override
    public Optional<VerifiedAllocationKey> allocation() {
      return Optional.empty();
    }

    @Override
    public String name() {
      return "chain deal " + chainDealId;
    }

    @Override
    public List<DataActivationNotification> notifications() {
      return List.of(ofDeal(chainDealId));
    }
  }

  /**
   * A verified deal: publishing it made an allocation, which its piece has to claim
   * (StateGetAllocationIdForPendingDeal).
   *
   * @param client the deal's client
   */
  record VerifiedDeal(long chainDealId, ActorId client, long allocationId)
      implements PieceActivation {
    public VerifiedDeal {
      requireNotNegative("deal id", chainDealId);
      requireNotNegative("allocation id", allocationId);
    }

    @Override
    public Optional<VerifiedAllocationKey> allocation() {
      return Optional.of(new VerifiedAllocationKey(client, allocationId));
    }

    @Override
    public String name() {
      return "chain deal " + chainDealId;
    }

    @Override
    public List<DataActivationNotification> notifications() {
      return List.of(ofDeal(chainDealId));
    }
  }

  /**
   * An allocation that its client made directly, without a deal.
   *
   * @param client who made it
   */
  record Claim(ActorId client, long allocationId) implements PieceActivation {
    public Claim {
      requireNotNegative("allocation id", allocationId);
    }

    @Override
    public Optional<VerifiedAllocationKey> allocation() {
      return Optional.of(new VerifiedAllocationKey(client, allocationId));
    }

    @Override
    public String name() {
      return "allocation " + allocationId + " of " + client;
    }

    @Override
    public List<DataActivationNotification> notifications() {
      return List.of();
    }
  }

  private static DataActivationNotification ofDeal(long chainDealId) {
    return new DataActivationNotification(
        BuiltinActors.STORAGE_MARKET, new CborWriter().uint64(chainDealId).toBytes());
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("piece activation: negative " + name + " " + value);
    }
  }
}
