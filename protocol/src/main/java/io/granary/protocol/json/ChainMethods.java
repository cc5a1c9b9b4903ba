package io.granary.protocol.json;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BIT_FIELD;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.BYTES;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.DECIMAL;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.INTEGER;
import static io.granary.protocol.json.JsonScalars.NUMBER;
import static io.granary.protocol.json.JsonScalars.RAW;
import static io.granary.protocol.json.JsonScalars.SECTOR_NUMBER;
import static io.granary.protocol.json.JsonScalars.SECTOR_SIZE;
import static io.granary.protocol.json.JsonScalars.TEXT;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.ActorState;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.CallResult;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.DeadlineState;
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
import io.granary.protocol.chain.SectorPreCommitOnChain;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.VerifiedAllocation;
import io.granary.protocol.chain.VerifiedClaim;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.json.RpcMethod.Permission;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The methods of a chain node that we speak, with the shapes of their parameters and results
 * (chain.md 2.4, the recordings). ChainNotify, a subscription, is not one of them.
 */
public final class ChainMethods {
  /** The subscription of head changes, over WebSocket only. */
  public static final String CHAIN_NOTIFY = RpcMethod.PREFIX + "ChainNotify";

  private static final JsonCodec<RandomnessTag> TAG =
      COUNT.map(ChainMethods::tagOf, RandomnessTag::number);

  private static final JsonCodec<Signature.Kind> KEY_TYPE =
      TEXT.map(ChainMethods::keyTypeOf, ChainMethods::keyTypeText);

  private final Map<String, RpcMethod<?>> byName = new TreeMap<>();

  public final RpcMethod<NodeVersion> version;
  public final RpcMethod<String> networkName;
  public final RpcMethod<Long> networkVersion;
  public final RpcMethod<NetworkParams> networkParams;
  public final RpcMethod<List<String>> authVerify;
  public final RpcMethod<TipSet> chainHead;
  public final RpcMethod<TipSet> chainGetGenesis;
  public final RpcMethod<TipSet> chainGetTipSet;
  public final RpcMethod<TipSet> chainGetTipSetByHeight;
  public final RpcMethod<TipSet> chainGetTipSetAfterHeight;
  public final RpcMethod<ChainPath> chainGetPath;
  public final RpcMethod<Message> chainGetMessage;
  public final RpcMethod<Bytes> randomnessFromTickets;
  public final RpcMethod<Bytes> randomnessFromBeacon;
  public final RpcMethod<BeaconEntry> beaconEntry;
  public final RpcMethod<ActorState> getActor;
  public final RpcMethod<ActorId> lookupId;
  public final RpcMethod<Address> accountKey;
  public final RpcMethod<List<Address>> listMiners;
  public final RpcMethod<MinerInfo> minerInfo;
  public final RpcMethod<MinerPower> minerPower;
  public final RpcMethod<DeadlineInfo> minerProvingDeadline;
  public final RpcMethod<List<DeadlineState>> minerDeadlines;
  public final RpcMethod<List<Partition>> minerPartitions;
  public final RpcMethod<List<SectorOnChain>> minerSectors;
  public final RpcMethod<BitField> minerFaults;
  public final RpcMethod<BitField> minerRecoveries;
  public final RpcMethod<BitField> minerAllocated;
  public final RpcMethod<SectorCounts> minerSectorCount;
  public final RpcMethod<TokenAmount> minerAvailableBalance;
  public final RpcMethod<TokenAmount> minerPreCommitDeposit;
  public final RpcMethod<TokenAmount> minerInitialPledge;
  public final RpcMethod<TokenAmount> minerCreationDeposit;
  public final RpcMethod<Optional<SectorOnChain>> sectorGetInfo;
  public final RpcMethod<Optional<SectorPreCommitOnChain>> sectorPreCommitInfo;
  public final RpcMethod<SectorLocation> sectorPartition;
  public final RpcMethod<SectorExpiration> sectorExpiration;
  public final RpcMethod<MarketBalance> marketBalance;
  public final RpcMethod<MarketDeal> marketStorageDeal;
  public final RpcMethod<CollateralBounds> dealCollateralBounds;
  public final RpcMethod<Optional<BigInteger>> verifiedClientStatus;
  public final RpcMethod<Long> pendingDealAllocation;
  public final RpcMethod<Optional<VerifiedAllocation>> allocation;
  public final RpcMethod<Optional<VerifiedClaim>> claim;
  public final RpcMethod<CallResult> stateCall;
  public final RpcMethod<Optional<MessageLookup>> searchMessage;
  public final RpcMethod<MessageLookup> waitMessage;
  public final RpcMethod<Message> gasEstimateMessageGas;
  public final RpcMethod<Long> mpoolGetNonce;
  public final RpcMethod<List<SignedMessage>> mpoolPending;
  public final RpcMethod<Cid> mpoolPush;
  public final RpcMethod<SignedMessage> mpoolPushMessage;
  public final RpcMethod<TokenAmount> walletBalance;
  public final RpcMethod<Boolean> walletHas;
  public final RpcMethod<List<Address>> walletList;
  public final RpcMethod<Address> walletDefaultAddress;
  public final RpcMethod<Address> walletNew;
  public final RpcMethod<Signature> walletSign;
  public final RpcMethod<SignedMessage> walletSignMessage;
  public final RpcMethod<Optional<MiningBaseInfo>> minerGetBaseInfo;
  public final RpcMethod<BlockMessage> minerCreateBlock;
  public final RpcMethod<JsonNode> syncSubmitBlock;
  public final RpcMethod<List<SignedMessage>> mpoolSelect;

  /** The methods with the codecs of {@code json}. */
  public ChainMethods(ChainJson json) {
    JsonCodec<Address> address = json.address();
    // A miner may be asked for by any of its addresses; lookups answer with the f0 one.
    JsonCodec<Address> miner = address;
    MessageCodecs messages = json.messages();
    JsonCodec<TipSet> tipSet = json.blocks().tipSet();

    version = read("Version", NodeCodecs.VERSION);
    networkName = read("StateNetworkName", TEXT);
    networkVersion = read("StateNetworkVersion", COUNT, TIPSET_KEY);
    networkParams = read("StateGetNetworkParams", NodeCodecs.NETWORK_PARAMS);
    authVerify = read("AuthVerify", TEXT.list(), TEXT);

    chainHead = read("ChainHead", tipSet);
    chainGetGenesis = read("ChainGetGenesis", tipSet);
    chainGetTipSet = read("ChainGetTipSet", tipSet, TIPSET_KEY);
    chainGetTipSetByHeight = read("ChainGetTipSetByHeight", tipSet, EPOCH, TIPSET_KEY);
    chainGetTipSetAfterHeight = read("ChainGetTipSetAfterHeight", tipSet, EPOCH, TIPSET_KEY);
    chainGetPath = read("ChainGetPath", json.blocks().path(), TIPSET_KEY, TIPSET_KEY);
    chainGetMessage = read("ChainGetMessage", messages.answer(), CID);
    randomnessFromTickets =
        read("StateGetRandomnessFromTickets", BYTES, TAG, EPOCH, BYTES, TIPSET_KEY);
    randomnessFromBeacon =
        read("StateGetRandomnessFromBeacon", BYTES, TAG, EPOCH, BYTES, TIPSET_KEY);
    beaconEntry = read("StateGetBeaconEntry", BlockCodecs.BEACON_ENTRY, EPOCH);

    getActor = read("StateGetActor", json.nodes().actor(), address, TIPSET_KEY);
    lookupId = read("StateLookupID", json.actorId(), address, TIPSET_KEY);
    accountKey = read("StateAccountKey", address, address, TIPSET_KEY);
    listMiners = read("StateListMiners", address.listOrNull(), TIPSET_KEY);
    minerInfo = read("StateMinerInfo", json.miners().info(), miner, TIPSET_KEY);
    minerPower = read("StateMinerPower", MinerCodecs.POWER, miner, TIPSET_KEY);
    minerProvingDeadline =
        read("StateMinerProvingDeadline", MinerCodecs.DEADLINE_INFO, miner, TIPSET_KEY);
    minerDeadlines =
        read("StateMinerDeadlines", MinerCodecs.DEADLINE_STATE.list(), miner, TIPSET_KEY);
    minerPartitions =
        read("StateMinerPartitions", MinerCodecs.PARTITION.listOrNull(), miner, COUNT, TIPSET_KEY);
    minerSectors =
        read(
            "StateMinerSectors",
            MinerCodecs.SECTOR.listOrNull(),
            miner,
            BIT_FIELD.orNull(),
            TIPSET_KEY);
    minerFaults = read("StateMinerFaults", BIT_FIELD, miner, TIPSET_KEY);
    minerRecoveries = read("StateMinerRecoveries", BIT_FIELD, miner, TIPSET_KEY);
    minerAllocated = read("StateMinerAllocated", BIT_FIELD, miner, TIPSET_KEY);
    minerSectorCount = read("StateMinerSectorCount", MinerCodecs.COUNTS, miner, TIPSET_KEY);
    minerAvailableBalance = read("StateMinerAvailableBalance", AMOUNT, miner, TIPSET_KEY);
    minerPreCommitDeposit =
        read(
            "StateMinerPreCommitDepositForPower",
            AMOUNT,
            miner,
            MinerCodecs.PRE_COMMIT_INFO,
            TIPSET_KEY);
    minerInitialPledge =
        read("StateMinerInitialPledgeForSector", AMOUNT, COUNT, SECTOR_SIZE, COUNT, TIPSET_KEY);
    minerCreationDeposit = read("StateMinerCreationDeposit", AMOUNT, TIPSET_KEY);
    sectorGetInfo =
        read("StateSectorGetInfo", MinerCodecs.SECTOR.orNull(), miner, SECTOR_NUMBER, TIPSET_KEY);
    sectorPreCommitInfo =
        read(
            "StateSectorPreCommitInfo",
            MinerCodecs.PRE_COMMIT.orNull(),
            miner,
            SECTOR_NUMBER,
            TIPSET_KEY);
    sectorPartition =
        read("StateSectorPartition", MinerCodecs.LOCATION, miner, SECTOR_NUMBER, TIPSET_KEY);
    sectorExpiration =
        read("StateSectorExpiration", MinerCodecs.EXPIRATION, miner, SECTOR_NUMBER, TIPSET_KEY);
    marketBalance = read("StateMarketBalance", NodeCodecs.MARKET_BALANCE, address, TIPSET_KEY);
    marketStorageDeal =
        read("StateMarketStorageDeal", json.nodes().marketDeal(), COUNT, TIPSET_KEY);
    dealCollateralBounds =
        read(
            "StateDealProviderCollateralBounds",
            NodeCodecs.COLLATERAL_BOUNDS,
            COUNT,
            BOOL,
            TIPSET_KEY);
    verifiedClientStatus = read("StateVerifiedClientStatus", DECIMAL.orNull(), address, TIPSET_KEY);
    pendingDealAllocation = read("StateGetAllocationIdForPendingDeal", COUNT, COUNT, TIPSET_KEY);
    allocation =
        read("StateGetAllocation", NodeCodecs.ALLOCATION.orNull(), address, COUNT, TIPSET_KEY);
    claim = read("StateGetClaim", NodeCodecs.CLAIM.orNull(), address, COUNT, TIPSET_KEY);

    stateCall = read("StateCall", messages.callResult(), messages.parameter(), TIPSET_KEY);
    searchMessage =
        read("StateSearchMsg", MessageCodecs.LOOKUP.orNull(), TIPSET_KEY, CID, INTEGER, BOOL);
    waitMessage = read("StateWaitMsg", MessageCodecs.LOOKUP, CID, COUNT, INTEGER, BOOL);
    gasEstimateMessageGas =
        read(
            "GasEstimateMessageGas",
            messages.answer(),
            messages.parameter(),
            MessageCodecs.SEND_SPEC,
            TIPSET_KEY);
    mpoolGetNonce = read("MpoolGetNonce", COUNT, address);
    mpoolPending = read("MpoolPending", messages.signedAnswer().list(), TIPSET_KEY);
    mpoolPush = method("MpoolPush", Permission.WRITE, CID, messages.signedParameter());
    mpoolPushMessage =
        method(
            "MpoolPushMessage",
            Permission.SIGN,
            messages.signedAnswer(),
            messages.parameter(),
            MessageCodecs.SEND_SPEC);

    walletBalance = read("WalletBalance", AMOUNT, address);
    walletHas = method("WalletHas", Permission.WRITE, BOOL, address);
    walletList = method("WalletList", Permission.WRITE, address.list());
    walletDefaultAddress = method("WalletDefaultAddress", Permission.WRITE, address);
    walletNew = method("WalletNew", Permission.WRITE, address, KEY_TYPE);
    walletSign = method("WalletSign", Permission.SIGN, BlockCodecs.SIGNATURE, address, BYTES);
    walletSignMessage =
        method(
            "WalletSignMessage",
            Permission.SIGN,
            messages.signedAnswer(),
            address,
            messages.parameter());

    MiningCodecs mining = json.mining();
    minerGetBaseInfo =
        read("MinerGetBaseInfo", mining.baseInfo().orNull(), miner, EPOCH, TIPSET_KEY);
    minerCreateBlock =
        method("MinerCreateBlock", Permission.WRITE, mining.block(), mining.template());
    // Answers null, whatever the block: what is wrong with it comes as an error.
    syncSubmitBlock = method("SyncSubmitBlock", Permission.WRITE, RAW, mining.block());
    mpoolSelect = read("MpoolSelect", messages.signedAnswer().list(), TIPSET_KEY, NUMBER);
  }

  /** The names of all methods here, without prefix. */
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  /** The method of {@code name}, without prefix; empty when it is not one of these. */
  public Optional<RpcMethod<?>> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private <R> RpcMethod<R> read(String name, JsonCodec<R> result, JsonCodec<?>... parameters) {
    return method(name, Permission.READ, result, parameters);
  }

  private <R> RpcMethod<R> method(
      String name, Permission permission, JsonCodec<R> result, JsonCodec<?>... parameters) {
    RpcMethod<R> method = new RpcMethod<>(name, permission, List.of(parameters), result);
    byName.put(name, method);
    return method;
  }

  private static RandomnessTag tagOf(long number) {
    for (RandomnessTag tag : RandomnessTag.values()) {
      if (tag.number() == number) {
        return tag;
      }
    }
    throw new IllegalArgumentException("randomness tag: expected 1 to 10, got " + number);
  }

  private static Signature.Kind keyTypeOf(String text) {
    for (Signature.Kind kind : Signature.Kind.values()) {
      if (keyTypeText(kind).equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "key type: expected secp256k1, bls or delegated, got " + text);
  }

  private static String keyTypeText(Signature.Kind kind) {
    return switch (kind) {
      case SECP256K1 -> "secp256k1";
      case BLS -> "bls";
      case DELEGATED -> "delegated";
    };
  }
}
