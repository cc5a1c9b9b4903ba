package io.granary.protocol.json;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.DECIMAL;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.INTEGER;
import static io.granary.protocol.json.JsonScalars.SECTOR_NUMBER;
import static io.granary.protocol.json.JsonScalars.TEXT;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.ActorState;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.NetworkParams;
import io.granary.protocol.chain.NodeVersion;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import java.util.LinkedHashMap;
import java.util.Map;

/** Codecs of what a node says of itself, its network, actors and balances. */
public final class NodeCodecs {
  public static final JsonCodec<NodeVersion> VERSION =
      JsonCodec.object(
          at ->
              new NodeVersion(
                  at.get("Version", TEXT),
                  at.get("APIVersion", COUNT),
                  at.get("BlockDelay", COUNT),
                  at.get("Agent", TEXT)),
          (version, out) ->
              out.put("Version", TEXT, version.version())
                  .put("APIVersion", COUNT, version.apiVersion())
                  .put("BlockDelay", COUNT, version.blockDelaySeconds())
                  .put("Agent", TEXT, version.agent()));

  public static final JsonCodec<NetworkParams> NETWORK_PARAMS =
      JsonCodec.object(
          at ->
              new NetworkParams(
                  at.get("NetworkName", TEXT),
                  at.get("BlockDelaySecs", COUNT),
                  at.get("ConsensusMinerMinPower", DECIMAL),
                  at.get("PreCommitChallengeDelay", COUNT),
                  readHeights(at.member("ForkUpgradeParams")),
                  at.get("Eip155ChainID", COUNT),
                  at.get("GenesisTimestamp", COUNT)),
          (params, out) ->
              out.put("NetworkName", TEXT, params.networkName())
                  .put("BlockDelaySecs", COUNT, params.blockDelaySeconds())
                  .put("ConsensusMinerMinPower", DECIMAL, params.consensusMinerMinPower())
                  .put("PreCommitChallengeDelay", COUNT, params.preCommitChallengeDelay())
                  .put("ForkUpgradeParams", writeHeights(params.forkUpgrades()))
                  .put("Eip155ChainID", COUNT, params.eip155ChainId())
                  .put("GenesisTimestamp", COUNT, params.genesisTimestamp()));

  public static final JsonCodec<MarketBalance> MARKET_BALANCE =
      JsonCodec.object(
          at -> new MarketBalance(at.get("Escrow", AMOUNT), at.get("Locked", AMOUNT)),
          (balance, out) ->
              out.put("Escrow", AMOUNT, balance.escrow()).put("Locked", AMOUNT, balance.locked()));

  public static final JsonCodec<CollateralBounds> COLLATERAL_BOUNDS =
      JsonCodec.object(
          at -> new CollateralBounds(at.get("Min", AMOUNT), at.get("Max", AMOUNT)),
          (bounds, out) -> out.put("Min", AMOUNT, bounds.min()).put("Max", AMOUNT, bounds.max()));

  private static final JsonCodec<MarketDeal.State> DEAL_STATE =
      JsonCodec.object(
          at ->
              new MarketDeal.State(
                  at.get("SectorNumber", COUNT),
                  at.get("SectorStartEpoch", INTEGER),
                  at.get("LastUpdatedEpoch", INTEGER),
                  at.get("SlashEpoch", INTEGER)),
          (state, out) ->
              out.put("SectorNumber", COUNT, state.sector())
                  .put("SectorStartEpoch", INTEGER, state.sectorStartEpoch())
                  .put("LastUpdatedEpoch", INTEGER, state.lastUpdatedEpoch())
                  .put("SlashEpoch", INTEGER, state.slashEpoch()));

  private static final JsonCodec<ActorId> ACTOR_ID = COUNT.map(ActorId::new, ActorId::value);

  public static final JsonCodec<VerifiedAllocation> ALLOCATION =
      JsonCodec.object(
          at ->
              new VerifiedAllocation(
                  at.get("Client", ACTOR_ID),
                  at.get("Provider", ACTOR_ID),
                  at.get("Data", CID),
                  at.get("Size", COUNT),
                  at.get("TermMin", INTEGER),
                  at.get("TermMax", INTEGER),
                  at.get("Expiration", EPOCH)),
          (allocation, out) ->
              out.put("Client", ACTOR_ID, allocation.client())
                  .put("Provider", ACTOR_ID, allocation.provider())
                  .put("Data", CID, allocation.data())
                  .put("Size", COUNT, allocation.paddedBytes())
                  .put("TermMin", INTEGER, allocation.termMin())
                  .put("TermMax", INTEGER, allocation.termMax())
                  .put("Expiration", EPOCH, allocation.expiration()));

  public static final JsonCodec<VerifiedClaim> CLAIM =
      JsonCodec.object(
          at ->
              new VerifiedClaim(
                  at.get("Provider", ACTOR_ID),
                  at.get("Client", ACTOR_ID),
                  at.get("Data", CID),
                  at.get("Size", COUNT),
                  at.get("TermMin", INTEGER),
                  at.get("TermMax", INTEGER),
                  at.get("TermStart", EPOCH),
                  at.get("Sector", SECTOR_NUMBER)),
          (claim, out) ->
              out.put("Provider", ACTOR_ID, claim.provider())
                  .put("Client", ACTOR_ID, claim.client())
                  .put("Data", CID, claim.data())
                  .put("Size", COUNT, claim.paddedBytes())
                  .put("TermMin", INTEGER, claim.termMin())
                  .put("TermMax", INTEGER, claim.termMax())
                  .put("TermStart", EPOCH, claim.termStart())
                  .put("Sector", SECTOR_NUMBER, claim.sector()));

  private final JsonCodec<ActorState> actor;
  private final JsonCodec<MarketDeal> marketDeal;

  NodeCodecs(JsonCodec<Address> address) {
    actor =
        JsonCodec.object(
            at ->
                new ActorState(
                    at.get("Code", CID),
                    at.get("Head", CID),
                    at.get("Nonce", COUNT),
                    at.get("Balance", AMOUNT),
                    at.get("DelegatedAddress", address.orNull())),
            (state, out) ->
                out.put("Code", CID, state.code())
                    .put("Head", CID, state.head())
                    .put("Nonce", COUNT, state.nonce())
                    .put("Balance", AMOUNT, state.balance())
                    .put("DelegatedAddress", address.orNull(), state.delegated()));
    JsonCodec<MarketDeal.Terms> terms = dealTerms(address);
    marketDeal =
        JsonCodec.object(
            at -> new MarketDeal(at.get("Proposal", terms), at.get("State", DEAL_STATE)),
            (deal, out) ->
                out.put("Proposal", terms, deal.terms()).put("State", DEAL_STATE, deal.state()));
  }

  private static JsonCodec<MarketDeal.Terms> dealTerms(JsonCodec<Address> address) {
    return JsonCodec.object(
        at ->
            new MarketDeal.Terms(
                at.get("PieceCID", CID),
                at.get("PieceSize", COUNT),
                at.get("VerifiedDeal", BOOL),
                at.get("Client", address),
                at.get("Provider", address),
                at.get("Label", TEXT),
                at.get("StartEpoch", EPOCH),
                at.get("EndEpoch", EPOCH),
                at.get("StoragePricePerEpoch", AMOUNT),
                at.get("ProviderCollateral", AMOUNT),
                at.get("ClientCollateral", AMOUNT)),
        (terms, out) ->
            out.put("PieceCID", CID, terms.piece())
                .put("PieceSize", COUNT, terms.paddedBytes())
                .put("VerifiedDeal", BOOL, terms.verified())
                .put("Client", address, terms.client())
                .put("Provider", address, terms.provider())
                .put("Label", TEXT, terms.label())
                .put("StartEpoch", EPOCH, terms.startEpoch())
                .put("EndEpoch", EPOCH, terms.endEpoch())
                .put("StoragePricePerEpoch", AMOUNT, terms.pricePerEpoch())
                .put("ProviderCollateral", AMOUNT, terms.providerCollateral())
                .put("ClientCollateral", AMOUNT, terms.clientCollateral()));
  }

  public JsonCodec<ActorState> actor() {
    return actor;
  }

  public JsonCodec<MarketDeal> marketDeal() {
    return marketDeal;
  }

  private static Map<String, Long> readHeights(JsonCursor at) {
    Map<String, Long> heights = new LinkedHashMap<>();
    at.names().forEach(name -> heights.put(name, at.get(name, INTEGER)));
    return heights;
  }

  private static JsonNode writeHeights(Map<String, Long> heights) {
    JsonMembers out = new JsonMembers();
    heights.forEach((name, height) -> out.put(name, INTEGER, height));
    return out.toNode();
  }
}
