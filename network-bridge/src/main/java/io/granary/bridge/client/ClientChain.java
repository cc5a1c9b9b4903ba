package io.granary.bridge.client;

import io.granary.bridge.libp2p.peer.ChainAddresses;
import io.granary.bridge.libp2p.peer.Multiaddr;
import io.granary.bridge.libp2p.peer.PeerId;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.port.ChainException;
import io.granary.protocol.port.ChainGateway;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * What a client asks the chain: where a provider is (StateMinerInfo), who signs for it, and what
 * the client can pay. Blocks.
 */
public final class ClientChain {
  /** Boost's client offers a fifth more than the least, which moves with the chain's supply. */
  private static final int MARGIN_PARTS = 6;

  private static final BigInteger OF_PARTS = BigInteger.valueOf(5);

  private final ChainGateway chain;
  private final Duration limit;

  /**
   * @param limit for each answer of the chain node
   */
  public ClientChain(ChainGateway chain, Duration limit) {
    this.chain = chain;
    this.limit = limit;
  }

  /**
   * A provider at an address that somebody gave.
   *
   * @param address ends with {@code /p2p/…}
   * @throws ClientException when it does not
   */
  public static Provider at(Address miner, Multiaddr address) {
    PeerId peer =
        address
            .peer()
            .orElseThrow(
                () ->
                    new ClientException(
                        "address "
                            + address
                            + " does not say who is there: end it with /p2p/PEER"));
    return new Provider(miner, peer, List.of(address.withoutPeer()));
  }

  /**
   * The provider as it stands on chain. Addresses that are not understood are passed over.
   *
   * @throws ClientException when the chain knows no such miner, or no peer id or no address of it
   */
  public Provider find(Address miner) {
    MinerInfo info = info(miner);
    PeerId peer =
        PeerId.parse(
            info.peerId()
                .filter(id -> !id.isEmpty())
                .orElseThrow(
                    () ->
                        new ClientException(
                            "provider " + miner + " has no peer id on chain: it takes no deals")));
    ChainAddresses onChain = ChainAddresses.of(info.multiaddrs());
    if (onChain.addresses().isEmpty()) {
      String unread =
          onChain.unreadable().isEmpty()
              ? ""
              : "; " + onChain.unreadable().size() + " are no multiaddrs";
      throw new ClientException(
          "provider " + miner + " has no usable address on chain" + unread + "; try --address");
    }
    return new Provider(miner, peer, onChain.addresses());
  }

  /** The key address of the worker, which signs asks. */
  public Address workerKey(Address miner) {
    return accountKey(info(miner).worker());
  }

  /** The f1 or f3 address behind an f0 one. */
  public Address accountKey(Address address) {
    return address.protocol() == 0
        ? Waiting.get(
            chain.accountKey(address, TipSetKey.HEAD), limit, "the chain node on " + address)
        : address;
  }

  /** The epoch of the node's head. */
  public Epoch head() {
    return Waiting.get(chain.head(), limit, "the chain node on its head").height();
  }

  /** What {@code client} has in the market's escrow and not in deals. */
  public TokenAmount freeEscrow(Address client) {
    MarketBalance balance =
        Waiting.get(
            chain.marketBalance(client, TipSetKey.HEAD),
            limit,
            "the chain node on the escrow of " + client);
    return balance.escrow().minus(balance.locked());
  }

  /** The collateral to ask of a provider: a fifth more than the least that the chain wants. */
  public TokenAmount providerCollateral(long paddedBytes, boolean verified) {
    CollateralBounds bounds =
        Waiting.get(
            chain.dealCollateralBounds(paddedBytes, verified, TipSetKey.HEAD),
            limit,
            "the chain node on collateral");
    return new TokenAmount(bounds.min().times(MARGIN_PARTS).atto().divide(OF_PARTS));
  }

  /**
   * How a published deal stands in the market (StateMarketStorageDeal).
   *
   * @throws ClientException when the node cannot be asked, or has other terms under that id
   */
  public DealOnChain.Standing deal(long chainDealId, DealProposal proposal) {
    MarketDeal deal;
    try {
      deal =
          Waiting.get(
              chain.marketDeal(chainDealId, TipSetKey.HEAD),
              limit,
              "the chain node on deal " + chainDealId);
    } catch (ClientException e) {
      if (refused(e)) {
        return new DealOnChain.Standing(
            DealOnChain.Kind.UNKNOWN, "the chain has no deal " + chainDealId);
      }
      throw e;
    }
    requireSame(chainDealId, deal.terms(), proposal);
    if (deal.slashed().isPresent()) {
      return new DealOnChain.Standing(
          DealOnChain.Kind.SLASHED,
          "deal " + chainDealId + " was slashed at epoch " + deal.slashed().get());
    }
    return deal.activation()
        .map(
            epoch ->
                new DealOnChain.Standing(
                    DealOnChain.Kind.ACTIVE,
                    "deal "
                        + chainDealId
                        + " is active on chain since epoch "
                        + epoch
                        + ", in sector "
                        + deal.state().sector()))
        .orElse(
            new DealOnChain.Standing(
                DealOnChain.Kind.PUBLISHED, "deal " + chainDealId + " is published on chain"));
  }

  /** Whether the node answered, and the answer is no. */
  private static boolean refused(ClientException failure) {
    return failure.getCause() instanceof ExecutionException wrapped
        && Waiting.cause(wrapped) instanceof ChainException said
        && said.isAnswer();
  }

  private static void requireSame(long chainDealId, MarketDeal.Terms terms, DealProposal proposal) {
    if (!(terms.piece().equals(proposal.piece())
        && terms.paddedBytes() == proposal.paddedBytes()
        && terms.provider().equals(proposal.provider())
        && terms.startEpoch().equals(proposal.startEpoch())
        && terms.endEpoch().equals(proposal.endEpoch())
        && terms.pricePerEpoch().equals(proposal.pricePerEpoch()))) {
      throw new ClientException(
          "the chain has another deal under the id that the provider names: deal "
              + chainDealId
              + " is "
              + terms);
    }
  }

  private MinerInfo info(Address miner) {
    return Waiting.get(
        chain.minerInfo(miner.requireId(), TipSetKey.HEAD), limit, "the chain node on " + miner);
  }
}
