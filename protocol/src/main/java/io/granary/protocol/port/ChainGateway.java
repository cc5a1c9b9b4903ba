package io.granary.protocol.port;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.ActorState;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.CallResult;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.DeadlineState;
import io.granary.protocol.chain.HeadChange;
import io.granary.protocol.chain.MarketBalance;
import io.granary.protocol.chain.MarketDeal;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.MessageLookup;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.MinerPower;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.NetworkParams;
import io.granary.protocol.chain.NodeVersion;
import io.granary.protocol.chain.Partition;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorCounts;
import io.granary.protocol.chain.SectorExpiration;
import io.granary.protocol.chain.SectorLocation;
import io.granary.protocol.chain.SectorOnChain;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The chain node, as its v1 JSON-RPC gives it (chain.md 2). Every stage fails with {@link
 * ChainException}. A {@link TipSetKey#HEAD} key means the node's head of the moment; pass the key
 * of the tipset you reason about wherever you can.
 */
public interface ChainGateway {
  CompletionStage<NodeVersion> version();

  CompletionStage<String> networkName();

  /** The number that says which rules hold at {@code key}. */
  CompletionStage<Long> networkVersion(TipSetKey key);

  /** The permissions (read, write, sign, admin) that {@code token} gives. */
  CompletionStage<List<String>> authVerify(String token);

  CompletionStage<NetworkParams> networkParams();

  CompletionStage<TipSet> head();

  CompletionStage<TipSet> genesis();

  /** {@code key} must not be {@link TipSetKey#HEAD}. */
  CompletionStage<TipSet> tipSet(TipSetKey key);

  /** In a null round, the tipset before it. */
  CompletionStage<TipSet> tipSetByHeight(Epoch height, TipSetKey key);

  /** In a null round, the tipset after it. */
  CompletionStage<TipSet> tipSetAfterHeight(Epoch height, TipSetKey key);

  /** The way from one tipset to another; neither key may be {@link TipSetKey#HEAD}. */
  CompletionStage<ChainPath> path(TipSetKey from, TipSetKey to);

  /** A message that is on chain or in the pool. */
  CompletionStage<Message> message(Cid message);

  /** {@code key} must not be {@link TipSetKey#HEAD}: the node refuses it. */
  CompletionStage<Bytes> randomnessFromTickets(
      RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key);

  CompletionStage<Bytes> randomnessFromBeacon(
      RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key);

  /** Stays open while {@code epoch} is in the future. */
  CompletionStage<BeaconEntry> beaconEntry(Epoch epoch);

  CompletionStage<ActorState> actor(Address address, TipSetKey key);

  CompletionStage<ActorId> lookupId(Address address, TipSetKey key);

  CompletionStage<Address> accountKey(Address address, TipSetKey key);

  CompletionStage<List<Address>> listMiners(TipSetKey key);

  CompletionStage<MinerInfo> minerInfo(ActorId miner, TipSetKey key);

  CompletionStage<MinerPower> minerPower(ActorId miner, TipSetKey key);

  CompletionStage<DeadlineInfo> provingDeadline(ActorId miner, TipSetKey key);

  CompletionStage<List<DeadlineState>> deadlines(ActorId miner, TipSetKey key);

  CompletionStage<List<Partition>> partitions(ActorId miner, long deadline, TipSetKey key);

  /** The sectors of {@code filter}, or all of the miner's when it is empty. */
  CompletionStage<List<SectorOnChain>> sectors(
      ActorId miner, Optional<BitField> filter, TipSetKey key);

  CompletionStage<BitField> faults(ActorId miner, TipSetKey key);

  CompletionStage<BitField> recoveries(ActorId miner, TipSetKey key);

  /** Sector numbers already used, precommitted ones included. */
  CompletionStage<BitField> allocated(ActorId miner, TipSetKey key);

  CompletionStage<Optional<SectorOnChain>> sector(
      ActorId miner, SectorNumber number, TipSetKey key);

  CompletionStage<Optional<SectorPreCommitOnChain>> preCommit(
      ActorId miner, SectorNumber number, TipSetKey key);

  /** Fails when the sector sits in no partition. */
  CompletionStage<SectorLocation> sectorLocation(ActorId miner, SectorNumber number, TipSetKey key);

  /** Fails when the sector sits in no partition, or was terminated. */
  CompletionStage<SectorExpiration> sectorExpiration(
      ActorId miner, SectorNumber number, TipSetKey key);

  CompletionStage<SectorCounts> sectorCounts(ActorId miner, TipSetKey key);

  CompletionStage<MarketBalance> marketBalance(Address address, TipSetKey key);

  /** A published deal; fails with the node's answer when the market has none of that id. */
  CompletionStage<MarketDeal> marketDeal(long chainDealId, TipSetKey key);

  /** What a provider may put up for a deal of {@code paddedBytes}. */
  CompletionStage<CollateralBounds> dealCollateralBounds(
      long paddedBytes, boolean verified, TipSetKey key);

  /** The DataCap of {@code client} in bytes; empty when it has none. */
  CompletionStage<Optional<BigInteger>> dataCap(Address client, TipSetKey key);

  /**
   * The allocation that publishing a verified deal made (StateGetAllocationIdForPendingDeal); 0
   * when there is none, or once it is claimed.
   *
   * @param chainDealId by which the market actor knows the deal
   */
  CompletionStage<Long> pendingDealAllocation(long chainDealId, TipSetKey key);

  /** An allocation of {@code client}'s; empty when there is none, or once it is claimed. */
  CompletionStage<Optional<VerifiedAllocation>> allocation(
      Address client, long allocation, TipSetKey key);

  /** A claim of {@code provider}'s, by the id of its allocation; empty when there is none. */
  CompletionStage<Optional<VerifiedClaim>> claim(ActorId provider, long claim, TipSetKey key);

  CompletionStage<TokenAmount> availableBalance(ActorId miner, TipSetKey key);

  CompletionStage<TokenAmount> preCommitDeposit(
      ActorId miner, SectorPreCommitInfo info, TipSetKey key);

  /** For a sector of {@code duration} epochs; 110 % of the need. */
  CompletionStage<TokenAmount> initialPledge(
      long duration, SectorSize size, long verifiedBytes, TipSetKey key);

  /** Without a margin. */
  CompletionStage<TokenAmount> minerCreationDeposit(TipSetKey key);

  CompletionStage<CallResult> call(Message message, TipSetKey key);

  /** Empty while the message is only in the pool; fails when the node does not know it. */
  CompletionStage<Optional<MessageLookup>> searchMessage(
      TipSetKey from, Cid message, long lookback, boolean allowReplaced);

  /** Stays open until the message is {@code confidence} epochs deep. */
  CompletionStage<MessageLookup> waitMessage(
      Cid message, long confidence, long lookback, boolean allowReplaced);

  /** {@code message} with gas limit, fee cap and premium filled in. */
  CompletionStage<Message> estimateGas(Message message, SendSpec spec, TipSetKey key);

  /** The next nonce, pending messages counted. */
  CompletionStage<Long> nonce(Address address);

  CompletionStage<List<SignedMessage>> pending(TipSetKey key);

  CompletionStage<Cid> push(SignedMessage message);

  /** The node assigns nonce and gas, and signs. */
  CompletionStage<SignedMessage> pushMessage(Message message, SendSpec spec);

  CompletionStage<TokenAmount> walletBalance(Address address);

  CompletionStage<Boolean> walletHas(Address address);

  CompletionStage<List<Address>> walletList();

  CompletionStage<Address> walletDefaultAddress();

  CompletionStage<Address> walletNew(Signature.Kind kind);

  CompletionStage<Signature> walletSign(Address address, Bytes data);

  CompletionStage<SignedMessage> walletSignMessage(Address address, Message message);

  /**
   * What {@code miner} needs for the election of {@code epoch} on top of {@code key}; empty while
   * its power is not in the lookback state.
   */
  CompletionStage<Optional<MiningBaseInfo>> miningBaseInfo(
      ActorId miner, Epoch epoch, TipSetKey key);

  /**
   * A block made of {@code template} and signed with the worker's key in the node's wallet. The
   * node does not look at the winning PoSt: verify it first.
   */
  CompletionStage<BlockMessage> createBlock(BlockTemplate template);

  /**
   * Submits a block. Fails when it is not valid, and from then on for every other block of the same
   * miner at that height, since a node records a block before it validates it (recorded).
   */
  CompletionStage<Void> submitBlock(BlockMessage block);

  /**
   * The pool's choice for a block on top of {@code key}.
   *
   * @param ticketQuality from 0 to 1: the chance that the block comes first in its tipset
   */
  CompletionStage<List<SignedMessage>> selectMessages(TipSetKey key, double ticketQuality);

  /**
   * Follows the head. The first call carries the current head as applied; after a lost connection
   * the difference is computed, so that the listener sees an unbroken line of changes. Calls come
   * one at a time.
   */
  AutoCloseable subscribe(Consumer<HeadChange> listener);
}
