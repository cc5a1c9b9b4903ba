package io.granary.bridge.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.SectorSize;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.Message;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.SendSpec;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.port.ChainGateway;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** Calls the port's method behind an RPC method's name, with values read from its parameters. */
final class GatewayCalls {
  /** One call; {@code p} holds what the parameters' codecs read. */
  @FunctionalInterface
  interface Call {
    CompletionStage<?> on(ChainGateway chain, List<Object> p);
  }

  private static final Map<String, Call> CALLS = new TreeMap<>();

  static {
    CALLS.put("Version", (c, p) -> c.version());
    CALLS.put("StateNetworkName", (c, p) -> c.networkName());
    CALLS.put("StateNetworkVersion", (c, p) -> c.networkVersion(key(p, 0)));
    CALLS.put("StateGetNetworkParams", (c, p) -> c.networkParams());
    CALLS.put("AuthVerify", (c, p) -> c.authVerify((String) p.get(0)));
    CALLS.put("ChainHead", (c, p) -> c.head());
    CALLS.put("ChainGetGenesis", (c, p) -> c.genesis());
    CALLS.put("ChainGetTipSet", (c, p) -> c.tipSet(key(p, 0)));
    CALLS.put("ChainGetTipSetByHeight", (c, p) -> c.tipSetByHeight(epoch(p, 0), key(p, 1)));
    CALLS.put("ChainGetTipSetAfterHeight", (c, p) -> c.tipSetAfterHeight(epoch(p, 0), key(p, 1)));
    CALLS.put("ChainGetPath", (c, p) -> c.path(key(p, 0), key(p, 1)));
    CALLS.put("ChainGetMessage", (c, p) -> c.message((Cid) p.get(0)));
    CALLS.put(
        "StateGetRandomnessFromTickets",
        (c, p) -> c.randomnessFromTickets(tag(p, 0), epoch(p, 1), (Bytes) p.get(2), key(p, 3)));
    CALLS.put(
        "StateGetRandomnessFromBeacon",
        (c, p) -> c.randomnessFromBeacon(tag(p, 0), epoch(p, 1), (Bytes) p.get(2), key(p, 3)));
    CALLS.put("StateGetBeaconEntry", (c, p) -> c.beaconEntry(epoch(p, 0)));
    CALLS.put("StateGetActor", (c, p) -> c.actor(address(p, 0), key(p, 1)));
    CALLS.put("StateLookupID", (c, p) -> c.lookupId(address(p, 0), key(p, 1)));
    CALLS.put("StateAccountKey", (c, p) -> c.accountKey(address(p, 0), key(p, 1)));
    CALLS.put("StateListMiners", (c, p) -> c.listMiners(key(p, 0)));
    CALLS.put("StateMinerInfo", (c, p) -> c.minerInfo(miner(p), key(p, 1)));
    CALLS.put("StateMinerPower", (c, p) -> c.minerPower(miner(p), key(p, 1)));
    CALLS.put("StateMinerProvingDeadline", (c, p) -> c.provingDeadline(miner(p), key(p, 1)));
    CALLS.put("StateMinerDeadlines", (c, p) -> c.deadlines(miner(p), key(p, 1)));
    CALLS.put("StateMinerPartitions", (c, p) -> c.partitions(miner(p), number(p, 1), key(p, 2)));
    CALLS.put("StateMinerSectors", (c, p) -> c.sectors(miner(p), bitField(p, 1), key(p, 2)));
    CALLS.put("StateMinerFaults", (c, p) -> c.faults(miner(p), key(p, 1)));
    CALLS.put("StateMinerRecoveries", (c, p) -> c.recoveries(miner(p), key(p, 1)));
    CALLS.put("StateMinerAllocated", (c, p) -> c.allocated(miner(p), key(p, 1)));
    CALLS.put("StateMinerSectorCount", (c, p) -> c.sectorCounts(miner(p), key(p, 1)));
    CALLS.put("StateMinerAvailableBalance", (c, p) -> c.availableBalance(miner(p), key(p, 1)));
    CALLS.put(
        "StateMinerPreCommitDepositForPower",
        (c, p) -> c.preCommitDeposit(miner(p), (SectorPreCommitInfo) p.get(1), key(p, 2)));
    CALLS.put(
        "StateMinerInitialPledgeForSector",
        (c, p) -> c.initialPledge(number(p, 0), (SectorSize) p.get(1), number(p, 2), key(p, 3)));
    CALLS.put("StateMinerCreationDeposit", (c, p) -> c.minerCreationDeposit(key(p, 0)));
    CALLS.put("StateSectorGetInfo", (c, p) -> c.sector(miner(p), sector(p), key(p, 2)));
    CALLS.put("StateSectorPreCommitInfo", (c, p) -> c.preCommit(miner(p), sector(p), key(p, 2)));
    CALLS.put("StateSectorPartition", (c, p) -> c.sectorLocation(miner(p), sector(p), key(p, 2)));
    CALLS.put(
        "StateSectorExpiration", (c, p) -> c.sectorExpiration(miner(p), sector(p), key(p, 2)));
    CALLS.put("StateMarketBalance", (c, p) -> c.marketBalance(address(p, 0), key(p, 1)));
    CALLS.put("StateMarketStorageDeal", (c, p) -> c.marketDeal(number(p, 0), key(p, 1)));
    CALLS.put(
        "StateDealProviderCollateralBounds",
        (c, p) -> c.dealCollateralBounds(number(p, 0), (Boolean) p.get(1), key(p, 2)));
    CALLS.put("StateVerifiedClientStatus", (c, p) -> c.dataCap(address(p, 0), key(p, 1)));
    CALLS.put(
        "StateGetAllocationIdForPendingDeal",
        (c, p) -> c.pendingDealAllocation(number(p, 0), key(p, 1)));
    CALLS.put("StateGetAllocation", (c, p) -> c.allocation(address(p, 0), number(p, 1), key(p, 2)));
    CALLS.put(
        "StateGetClaim", (c, p) -> c.claim(address(p, 0).requireId(), number(p, 1), key(p, 2)));
    CALLS.put("StateCall", (c, p) -> c.call((Message) p.get(0), key(p, 1)));
    CALLS.put(
        "StateSearchMsg",
        (c, p) -> c.searchMessage(key(p, 0), (Cid) p.get(1), number(p, 2), (Boolean) p.get(3)));
    CALLS.put(
        "StateWaitMsg",
        (c, p) -> c.waitMessage((Cid) p.get(0), number(p, 1), number(p, 2), (Boolean) p.get(3)));
    CALLS.put(
        "GasEstimateMessageGas",
        (c, p) -> c.estimateGas((Message) p.get(0), (SendSpec) p.get(1), key(p, 2)));
    CALLS.put("MpoolGetNonce", (c, p) -> c.nonce(address(p, 0)));
    CALLS.put("MpoolPending", (c, p) -> c.pending(key(p, 0)));
    CALLS.put("MpoolPush", (c, p) -> c.push((SignedMessage) p.get(0)));
    CALLS.put("MpoolPushMessage", (c, p) -> c.pushMessage((Message) p.get(0), (SendSpec) p.get(1)));
    CALLS.put("WalletBalance", (c, p) -> c.walletBalance(address(p, 0)));
    CALLS.put("WalletHas", (c, p) -> c.walletHas(address(p, 0)));
    CALLS.put("WalletList", (c, p) -> c.walletList());
    CALLS.put("WalletDefaultAddress", (c, p) -> c.walletDefaultAddress());
    CALLS.put("WalletNew", (c, p) -> c.walletNew((Signature.Kind) p.get(0)));
    CALLS.put("WalletSign", (c, p) -> c.walletSign(address(p, 0), (Bytes) p.get(1)));
    CALLS.put(
        "WalletSignMessage", (c, p) -> c.walletSignMessage(address(p, 0), (Message) p.get(1)));
    CALLS.put("MinerGetBaseInfo", (c, p) -> c.miningBaseInfo(miner(p), epoch(p, 1), key(p, 2)));
    CALLS.put("MinerCreateBlock", (c, p) -> c.createBlock((BlockTemplate) p.get(0)));
    CALLS.put("SyncSubmitBlock", (c, p) -> c.submitBlock((BlockMessage) p.get(0)));
    CALLS.put("MpoolSelect", (c, p) -> c.selectMessages(key(p, 0), (Double) p.get(1)));
  }

  private GatewayCalls() {}

  static Optional<Call> of(String method) {
    return Optional.ofNullable(CALLS.get(method));
  }

  private static TipSetKey key(List<Object> p, int index) {
    return (TipSetKey) p.get(index);
  }

  private static Epoch epoch(List<Object> p, int index) {
    return (Epoch) p.get(index);
  }

  private static RandomnessTag tag(List<Object> p, int index) {
    return (RandomnessTag) p.get(index);
  }

  private static long number(List<Object> p, int index) {
    return (Long) p.get(index);
  }

  private static Address address(List<Object> p, int index) {
    return (Address) p.get(index);
  }

  private static ActorId miner(List<Object> p) {
    return address(p, 0).requireId();
  }

  private static SectorNumber sector(List<Object> p) {
    return (SectorNumber) p.get(1);
  }

  @SuppressWarnings("unchecked") // The codec at this position makes Optional<BitField>.
  private static Optional<BitField> bitField(List<Object> p, int index) {
    return (Optional<BitField>) p.get(index);
  }
}
