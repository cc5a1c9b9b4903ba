package io.granary.protocol.publish;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.Message;
import io.granary.protocol.sender.MessageIntent;
import io.granary.protocol.sender.MessagePurpose;
import java.util.Collection;
import java.util.List;

/** The messages of a publisher. */
public final class PublishMessages {
  private PublishMessages() {}

  /** PublishStorageDeals of {@code deals}, in this order. */
  public static Message message(Address from, List<ClientDealProposal> deals) {
    return Message.of(
        from,
        BuiltinActors.STORAGE_MARKET,
        TokenAmount.ZERO,
        MarketMethod.PUBLISH_STORAGE_DEALS,
        new PublishStorageDealsParams(deals).toCbor());
  }

  /**
   * The intent of {@code message}.
   *
   * @param batch which batch of the provider this is, from 1
   */
  public static MessageIntent intent(
      ActorId provider, long batch, Message message, Epoch lastUseful) {
    return new MessageIntent(
        provider + "/publish/" + batch, MessagePurpose.PUBLISH, message, lastUseful);
  }

  /**
   * AddBalance of {@code amount} to the provider's escrow.
   *
   * @param topUp which of the provider this is, from 1
   */
  public static MessageIntent topUp(
      ActorId provider, long topUp, Address from, TokenAmount amount, Epoch lastUseful) {
    return new MessageIntent(
        provider + "/escrow/" + topUp,
        MessagePurpose.PUBLISH,
        Message.of(
            from,
            BuiltinActors.STORAGE_MARKET,
            amount,
            MarketMethod.ADD_BALANCE,
            BareValue.ofAddress(Address.ofId(provider))),
        lastUseful);
  }

  /** SettleDealPayments of the deals with these ids. */
  public static Message settlement(Address from, Collection<Long> chainDealIds) {
    return Message.of(
        from,
        BuiltinActors.STORAGE_MARKET,
        TokenAmount.ZERO,
        MarketMethod.SETTLE_DEAL_PAYMENTS,
        BareValue.ofBitField(BitField.of(chainDealIds)));
  }

  /**
   * The intent of {@code message}.
   *
   * @param settlement which of the provider this is, from 1
   */
  public static MessageIntent settlementIntent(
      ActorId provider, long settlement, Message message, Epoch lastUseful) {
    return new MessageIntent(
        provider + "/settle/" + settlement, MessagePurpose.SETTLE, message, lastUseful);
  }
}
