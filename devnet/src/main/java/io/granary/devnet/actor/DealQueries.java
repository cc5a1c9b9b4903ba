package io.granary.devnet.actor;

import io.granary.devnet.state.MarketState;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.Frc42;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborWriter;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What other actors may ask the market: its exported getters (builtin-actors market/src/ext.rs).
 */
final class DealQueries {
  private static final long GET_BALANCE = Frc42.methodNumber("GetBalance");
  private static final long GET_SECTOR = Frc42.methodNumber("GetDealSector");

  private static final Map<Long, BiConsumer<CborWriter, StorageDeal>> FIELDS =
      Map.ofEntries(
          proposal(
              "GetDealDataCommitment", (w, p) -> w.array(2).cid(p.piece()).uint64(p.paddedBytes())),
          proposal("GetDealClient", (w, p) -> w.uint64(p.client().requireId().value())),
          proposal("GetDealProvider", (w, p) -> w.uint64(p.provider().requireId().value())),
          proposal("GetDealLabel", (w, p) -> w.value(p.label())),
          proposal(
              "GetDealTerm",
              (w, p) -> w.array(2).int64(p.startEpoch().value()).int64(p.duration())),
          proposal("GetDealTotalPrice", (w, p) -> w.amount(p.pricePerEpoch().times(p.duration()))),
          proposal("GetDealClientCollateral", (w, p) -> w.amount(p.clientCollateral())),
          proposal("GetDealProviderCollateral", (w, p) -> w.amount(p.providerCollateral())),
          proposal("GetDealVerified", (w, p) -> w.bool(p.verified())),
          Map.entry(Frc42.methodNumber("GetDealActivation"), DealQueries::activation),
          Map.entry(GET_SECTOR, (w, deal) -> w.uint64(deal.sector().orElseThrow())));

  private DealQueries() {}

  private static Map.Entry<Long, BiConsumer<CborWriter, StorageDeal>> proposal(
      String name, BiConsumer<CborWriter, DealProposal> write) {
    return Map.entry(
        Frc42.methodNumber(name), (writer, deal) -> write.accept(writer, deal.proposal()));
  }

  static Bytes call(Invocation call) {
    if (call.method() == GET_BALANCE) {
      return balance(call);
    }
    BiConsumer<CborWriter, StorageDeal> field = FIELDS.get(call.method());
    if (field == null) {
      throw new ActorAbort(ExitCode.UNHANDLED_MESSAGE, "invalid method: " + call.method());
    }
    long id = call.decode(reader -> reader.uint(""));
    MarketState market = call.state().market();
    StorageDeal deal = market.deal(id).orElseThrow(() -> unknown(market, id));
    if (call.method() == GET_SECTOR && deal.activation().isEmpty()) {
      throw new ActorAbort(ExitCode.DEAL_NOT_ACTIVATED, "deal " + id + " not yet activated");
    }
    CborWriter writer = new CborWriter();
    field.accept(writer, deal);
    return writer.toBytes();
  }

  private static ActorAbort unknown(MarketState market, long id) {
    return id < market.nextDealId()
        ? new ActorAbort(ExitCode.DEAL_EXPIRED, "deal " + id + " expired")
        : ActorAbort.notFound("no such deal " + id);
  }

  private static Bytes balance(Invocation call) {
    Address address = call.decode(reader -> reader.address(""));
    Optional<ActorId> owner = call.state().resolve(address);
    MarketState market = call.state().market();
    return new CborWriter()
        .array(2)
        .amount(owner.map(market::escrowOf).orElse(TokenAmount.ZERO))
        .amount(owner.map(market::lockedOf).orElse(TokenAmount.ZERO))
        .toBytes();
  }

  /** The epoch of activation and the one of termination, which here always ends a deal. */
  private static void activation(CborWriter writer, StorageDeal deal) {
    writer
        .array(2)
        .int64(deal.activation().map(StorageDeal.Activation::epoch).orElse(StorageDeal.UNSET))
        .int64(StorageDeal.UNSET);
  }
}
