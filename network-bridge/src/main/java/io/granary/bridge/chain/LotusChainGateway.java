package io.granary.bridge.chain;

import io.granary.bridge.NetworkBridgeSettings;
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
import io.granary.protocol.chain.ChainStatus;
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
import io.granary.protocol.json.ChainJson;
import io.granary.protocol.json.ChainMethods;
import io.granary.protocol.port.ChainGateway;
import io.granary.protocol.port.ChainNodes;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The chain node behind its v1 JSON-RPC (Lotus, or any node alike). Safe for any thread; stages
 * complete on threads of this client, which a caller must not block.
 */
public final class LotusChainGateway implements ChainGateway, ChainNodes, AutoCloseable {
  private final ChainMethods methods;
  private final RpcClient rpc;
  private final PushToAll pushes;
  private final NonceVote nonces;
  private final KeyHolders keys;
  private final InstantSource clock = InstantSource.system();
  private final HeadFollower follower;
  private final ExecutorService decoders;
  private final ScheduledExecutorService followerThread;

  /**
   * A client of the nodes in {@code settings}; connects when first used.
   *
   * @param random spreads the pauses before a lost subscription is made again
   */
  public LotusChainGateway(NetworkBridgeSettings settings, RandomGenerator random) {
    ChainJson json = new ChainJson(settings.addressPrefix());
    methods = new ChainMethods(json);
    decoders = Executors.newFixedThreadPool(settings.threads(), daemon("chain-client"));
    followerThread = new FollowerThread();
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout())
            .executor(decoders)
            .build();
    rpc = new RpcClient(http, new NodeBoard(settings.nodes(), settings.watch()), settings);
    Duration whole = settings.requestTimeout();
    pushes = new PushToAll(rpc, whole);
    nonces = new NonceVote(rpc, methods.mpoolGetNonce, whole, settings.nonceWait());
    keys =
        new KeyHolders(
            rpc, methods.walletHas, settings.quickTimeout(), whole, settings.walletKeysKeptMax());
    follower = new HeadFollower(http, rpc, json, methods, settings, followerThread, random, clock);
  }

  @Override
  public CompletionStage<NodeVersion> version() {
    return rpc.call(methods.version);
  }

  @Override
  public CompletionStage<String> networkName() {
    return rpc.call(methods.networkName);
  }

  @Override
  public CompletionStage<Long> networkVersion(TipSetKey key) {
    return rpc.call(methods.networkVersion, key);
  }

  @Override
  public CompletionStage<List<String>> authVerify(String token) {
    return rpc.call(methods.authVerify, token);
  }

  @Override
  public CompletionStage<NetworkParams> networkParams() {
    return rpc.call(methods.networkParams);
  }

  @Override
  public CompletionStage<TipSet> head() {
    return rpc.call(methods.chainHead);
  }

  @Override
  public CompletionStage<TipSet> genesis() {
    return rpc.call(methods.chainGetGenesis);
  }

  @Override
  public CompletionStage<TipSet> tipSet(TipSetKey key) {
    return rpc.call(methods.chainGetTipSet, key);
  }

  @Override
  public CompletionStage<TipSet> tipSetByHeight(Epoch height, TipSetKey key) {
    return rpc.call(methods.chainGetTipSetByHeight, height, key);
  }

  @Override
  public CompletionStage<TipSet> tipSetAfterHeight(Epoch height, TipSetKey key) {
    return rpc.call(methods.chainGetTipSetAfterHeight, height, key);
  }

  @Override
  public CompletionStage<ChainPath> path(TipSetKey from, TipSetKey to) {
    return rpc.call(methods.chainGetPath, from, to);
  }

  @Override
  public CompletionStage<Message> message(Cid message) {
    return rpc.call(methods.chainGetMessage, message);
  }

  @Override
  public CompletionStage<Bytes> randomnessFromTickets(
      RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key) {
    return rpc.call(methods.randomnessFromTickets, tag, epoch, entropy, key);
  }

  @Override
  public CompletionStage<Bytes> randomnessFromBeacon(
      RandomnessTag tag, Epoch epoch, Bytes entropy, TipSetKey key) {
    return rpc.call(methods.randomnessFromBeacon, tag, epoch, entropy, key);
  }

  @Override
  public CompletionStage<BeaconEntry> beaconEntry(Epoch epoch) {
    return rpc.callAndWait(methods.beaconEntry, epoch);
  }

  @Override
  public CompletionStage<ActorState> actor(Address address, TipSetKey key) {
    return rpc.call(methods.getActor, address, key);
  }

  @Override
  public CompletionStage<ActorId> lookupId(Address address, TipSetKey key) {
    return rpc.call(methods.lookupId, address, key);
  }

  @Override
  public CompletionStage<Address> accountKey(Address address, TipSetKey key) {
    return rpc.call(methods.accountKey, address, key);
  }

  @Override
  public CompletionStage<List<Address>> listMiners(TipSetKey key) {
    return rpc.call(methods.listMiners, key);
  }

  @Override
  public CompletionStage<MinerInfo> minerInfo(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerInfo, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<MinerPower> minerPower(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerPower, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<DeadlineInfo> provingDeadline(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerProvingDeadline, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<List<DeadlineState>> deadlines(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerDeadlines, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<List<Partition>> partitions(ActorId miner, long deadline, TipSetKey key) {
    return rpc.call(methods.minerPartitions, Address.ofId(miner), deadline, key);
  }

  @Override
  public CompletionStage<List<SectorOnChain>> sectors(
      ActorId miner, Optional<BitField> filter, TipSetKey key) {
    return rpc.call(methods.minerSectors, Address.ofId(miner), filter, key);
  }

  @Override
  public CompletionStage<BitField> faults(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerFaults, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<BitField> recoveries(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerRecoveries, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<BitField> allocated(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerAllocated, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<Optional<SectorOnChain>> sector(
      ActorId miner, SectorNumber number, TipSetKey key) {
    return rpc.call(methods.sectorGetInfo, Address.ofId(miner), number, key);
  }

  @Override
  public CompletionStage<Optional<SectorPreCommitOnChain>> preCommit(
      ActorId miner, SectorNumber number, TipSetKey key) {
    return rpc.call(methods.sectorPreCommitInfo, Address.ofId(miner), number, key);
  }

  @Override
  public CompletionStage<SectorLocation> sectorLocation(
      ActorId miner, SectorNumber number, TipSetKey key) {
    return rpc.call(methods.sectorPartition, Address.ofId(miner), number, key);
  }

  @Override
  public CompletionStage<SectorExpiration> sectorExpiration(
      ActorId miner, SectorNumber number, TipSetKey key) {
    return rpc.call(methods.sectorExpiration, Address.ofId(miner), number, key);
  }

  @Override
  public CompletionStage<SectorCounts> sectorCounts(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerSectorCount, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<MarketBalance> marketBalance(Address address, TipSetKey key) {
    return rpc.call(methods.marketBalance, address, key);
  }

  @Override
  public CompletionStage<MarketDeal> marketDeal(long chainDealId, TipSetKey key) {
    return rpc.call(methods.marketStorageDeal, chainDealId, key);
  }

  @Override
  public CompletionStage<CollateralBounds> dealCollateralBounds(
      long paddedBytes, boolean verified, TipSetKey key) {
    return rpc.call(methods.dealCollateralBounds, paddedBytes, verified, key);
  }

  @Override
  public CompletionStage<Optional<BigInteger>> dataCap(Address client, TipSetKey key) {
    return rpc.call(methods.verifiedClientStatus, client, key);
  }

  @Override
  public CompletionStage<Long> pendingDealAllocation(long chainDealId, TipSetKey key) {
    return rpc.call(methods.pendingDealAllocation, chainDealId, key);
  }

  @Override
  public CompletionStage<Optional<VerifiedAllocation>> allocation(
      Address client, long allocation, TipSetKey key) {
    return rpc.call(methods.allocation, client, allocation, key);
  }

  @Override
  public CompletionStage<Optional<VerifiedClaim>> claim(
      ActorId provider, long claim, TipSetKey key) {
    return rpc.call(methods.claim, Address.ofId(provider), claim, key);
  }

  @Override
  public CompletionStage<TokenAmount> availableBalance(ActorId miner, TipSetKey key) {
    return rpc.call(methods.minerAvailableBalance, Address.ofId(miner), key);
  }

  @Override
  public CompletionStage<TokenAmount> preCommitDeposit(
      ActorId miner, SectorPreCommitInfo info, TipSetKey key) {
    return rpc.call(methods.minerPreCommitDeposit, Address.ofId(miner), info, key);
  }

  @Override
  public CompletionStage<TokenAmount> initialPledge(
      long duration, SectorSize size, long verifiedBytes, TipSetKey key) {
    return rpc.call(methods.minerInitialPledge, duration, size, verifiedBytes, key);
  }

  @Override
  public CompletionStage<TokenAmount> minerCreationDeposit(TipSetKey key) {
    return rpc.call(methods.minerCreationDeposit, key);
  }

  @Override
  public CompletionStage<CallResult> call(Message message, TipSetKey key) {
    return rpc.call(methods.stateCall, message, key);
  }

  @Override
  public CompletionStage<Optional<MessageLookup>> searchMessage(
      TipSetKey from, Cid message, long lookback, boolean allowReplaced) {
    return rpc.call(methods.searchMessage, from, message, lookback, allowReplaced);
  }

  @Override
  public CompletionStage<MessageLookup> waitMessage(
      Cid message, long confidence, long lookback, boolean allowReplaced) {
    return rpc.callAndWait(methods.waitMessage, message, confidence, lookback, allowReplaced);
  }

  @Override
  public CompletionStage<Message> estimateGas(Message message, SendSpec spec, TipSetKey key) {
    return rpc.call(methods.gasEstimateMessageGas, message, spec, key);
  }

  @Override
  public CompletionStage<Long> nonce(Address address) {
    return nonces.ask(address);
  }

  @Override
  public CompletionStage<List<SignedMessage>> pending(TipSetKey key) {
    return rpc.call(methods.mpoolPending, key);
  }

  @Override
  public CompletionStage<Cid> push(SignedMessage message) {
    return pushes.push(methods.mpoolPush, message, message.cid());
  }

  @Override
  public CompletionStage<SignedMessage> pushMessage(Message message, SendSpec spec) {
    return keys.call(message.from(), methods.mpoolPushMessage, message, spec);
  }

  @Override
  public CompletionStage<TokenAmount> walletBalance(Address address) {
    return rpc.call(methods.walletBalance, address);
  }

  @Override
  public CompletionStage<Boolean> walletHas(Address address) {
    return keys.has(address);
  }

  @Override
  public CompletionStage<List<Address>> walletList() {
    return rpc.call(methods.walletList);
  }

  @Override
  public CompletionStage<Address> walletDefaultAddress() {
    return rpc.call(methods.walletDefaultAddress);
  }

  @Override
  public CompletionStage<Address> walletNew(Signature.Kind kind) {
    return rpc.callOnce(methods.walletNew, kind);
  }

  @Override
  public CompletionStage<Signature> walletSign(Address address, Bytes data) {
    return keys.call(address, methods.walletSign, address, data);
  }

  @Override
  public CompletionStage<SignedMessage> walletSignMessage(Address address, Message message) {
    return keys.call(address, methods.walletSignMessage, address, message);
  }

  @Override
  public CompletionStage<Optional<MiningBaseInfo>> miningBaseInfo(
      ActorId miner, Epoch epoch, TipSetKey key) {
    return rpc.call(methods.minerGetBaseInfo, Address.ofId(miner), epoch, key);
  }

  @Override
  public CompletionStage<BlockMessage> createBlock(BlockTemplate template) {
    if (rpc.nodes().all().size() == 1) {
      return rpc.callOnce(methods.minerCreateBlock, template);
    }
    return minerInfo(template.miner(), template.parents())
        .thenCompose(info -> accountKey(info.worker(), template.parents()))
        .thenCompose(worker -> keys.call(worker, methods.minerCreateBlock, template));
  }

  @Override
  public CompletionStage<Void> submitBlock(BlockMessage block) {
    return pushes.push(methods.syncSubmitBlock, block, block.cid()).thenAccept(cid -> {});
  }

  @Override
  public CompletionStage<List<SignedMessage>> selectMessages(TipSetKey key, double ticketQuality) {
    return rpc.call(methods.mpoolSelect, key, ticketQuality);
  }

  @Override
  public AutoCloseable subscribe(Consumer<HeadChange> listener) {
    return follower.subscribe(listener);
  }

  @Override
  public ChainStatus chainStatus() {
    return new ChainStatus(
        follower.handedOn(),
        follower.blockDelay().toSeconds(),
        follower.late(),
        rpc.nodes().status(clock.instant()));
  }

  /** Ends subscriptions and stops this client's threads; requests under way get no answer. */
  @Override
  public void close() {
    follower.close();
    followerThread.shutdown();
    decoders.shutdown();
  }

  private static ThreadFactory daemon(String name) {
    AtomicLong count = new AtomicLong();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
