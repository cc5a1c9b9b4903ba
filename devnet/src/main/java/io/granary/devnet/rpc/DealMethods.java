package io.granary.devnet.rpc;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.RAW;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MarketState;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BareValue;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.json.RpcMethod;
import io.granary.protocol.json.RpcMethod.Permission;
import java.util.List;
import java.util.TreeSet;

/** What a node tells of the market: balances, deals, collateral bounds. */
final class DealMethods {
  /** All the FIL there will ever be; the least collateral is nothing, as recorded. */
  private static final TokenAmount COLLATERAL_MAX = TokenAmount.ofFil(2_000_000_000L);

  private final Tipsets tipsets;
  private final MessageService service;
  private final ChainJson json;

  DealMethods(Tipsets tipsets, MessageService service, ChainJson json) {
    this.tipsets = tipsets;
    this.service = service;
    this.json = json;
  }

  void serve(MethodTable table, ChainMethods methods) {
    table.serve(methods.marketBalance, args -> balance(args.at(0), args.at(1)));
    table.serve(
        new RpcMethod<>("StateMarketParticipants", Permission.READ, List.of(TIPSET_KEY), RAW),
        args -> participants(market(args.at(0))));
    table.serve(
        new RpcMethod<>("StateMarketDeals", Permission.READ, List.of(TIPSET_KEY), RAW),
        args -> deals(market(args.at(0))));
    table.serve(
        new RpcMethod<>("StateMarketStorageDeal", Permission.READ, List.of(COUNT, TIPSET_KEY), RAW),
        args -> deal(market(args.at(1)), args.<Long>at(0)));
    table.serve(
        new RpcMethod<>(
            "StateDealProviderCollateralBounds",
            Permission.READ,
            List.of(COUNT, BOOL, TIPSET_KEY),
            RAW),
        args -> bounds(args.at(2)));
    table.serve(
        new RpcMethod<>(
            "MarketAddBalance",
            Permission.SIGN,
            List.of(json.address(), json.address(), AMOUNT),
            CID),
        args -> addBalance(args.at(0), args.at(1), args.at(2)));
  }

  private MarketState market(TipSetKey key) {
    return tipsets.at(key).before().market();
  }

  private MarketBalance balance(Address address, TipSetKey key) {
    ActorId owner =
        tipsets
            .actor(address, key)
            .map(LedgerActor::id)
            .orElseThrow(() -> RpcException.handler("resolution lookup failed: actor not found"));
    MarketState market = market(key);
    return new MarketBalance(market.escrowOf(owner), market.lockedOf(owner));
  }

  private JsonNode participants(MarketState market) {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    for (ActorId owner : new TreeSet<>(market.escrow().keySet())) {
      out.putObject(text(Address.ofId(owner)))
          .put("Escrow", market.escrowOf(owner).toString())
          .put("Locked", market.lockedOf(owner).toString());
    }
    return out;
  }

  private JsonNode deals(MarketState market) {
    ObjectNode out = RpcServer.JSON.createObjectNode();
    market.deals().forEach((id, deal) -> out.set(Long.toString(id), deal(deal)));
    return out;
  }

  private JsonNode deal(MarketState market, long id) {
    return market
        .deal(id)
        .map(this::deal)
        .orElseThrow(
            () ->
                RpcException.handler(
                    "deal "
                        + id
                        + " not found - deal may not have completed sealing before deal proposal"
                        + " start epoch, or deal may have been slashed"));
  }

  private JsonNode deal(StorageDeal deal) {
    DealProposal proposal = deal.proposal();
    ObjectNode out = RpcServer.JSON.createObjectNode();
    ObjectNode terms = out.putObject("Proposal");
    terms.set("PieceCID", CID.write(proposal.piece()));
    terms.put("PieceSize", proposal.paddedBytes()).put("VerifiedDeal", proposal.verified());
    terms.put("Client", text(proposal.client())).put("Provider", text(proposal.provider()));
    terms.put("Label", proposal.label() instanceof DealLabel.Text label ? label.value() : "");
    terms.put("StartEpoch", proposal.startEpoch().value());
    terms.put("EndEpoch", proposal.endEpoch().value());
    terms.put("StoragePricePerEpoch", proposal.pricePerEpoch().toString());
    terms.put("ProviderCollateral", proposal.providerCollateral().toString());
    terms.put("ClientCollateral", proposal.clientCollateral().toString());
    out.putObject("State")
        .put("SectorNumber", deal.sector().orElse(0))
        .put(
            "SectorStartEpoch",
            deal.activation().map(StorageDeal.Activation::epoch).orElse(StorageDeal.UNSET))
        .put("LastUpdatedEpoch", deal.lastUpdated())
        .put("SlashEpoch", StorageDeal.UNSET);
    return out;
  }

  private JsonNode bounds(TipSetKey key) {
    tipsets.at(key);
    return RpcServer.JSON
        .createObjectNode()
        .put("Min", TokenAmount.ZERO.toString())
        .put("Max", COLLATERAL_MAX.toString());
  }

  private Cid addBalance(Address wallet, Address owner, TokenAmount amount) {
    Message message =
        Message.of(
            wallet,
            BuiltinActors.STORAGE_MARKET,
            amount,
            MarketMethod.ADD_BALANCE,
            BareValue.ofAddress(owner));
    return service.push(message, SendSpec.DEFAULT).cid();
  }

  private String text(Address address) {
    return json.address().write(address).asText();
  }
}
