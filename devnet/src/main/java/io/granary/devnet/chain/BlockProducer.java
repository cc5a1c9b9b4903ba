package io.granary.devnet.chain;

import io.granary.devnet.crypto.BlsKey;
import io.granary.devnet.crypto.WalletKey;
import io.granary.devnet.policy.ChainPolicy;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Makes the genesis miner's blocks. Ticket and election VRF, signatures, CIDs and roots are real;
 * the miner wins every round it is asked for once, and its winning PoSt is a text that says it was
 * not proven (README).
 */
final class BlockProducer {
  private static final Bytes NOT_PROVEN = Bytes.of("not proven".getBytes(StandardCharsets.UTF_8));

  /** What one win adds to a chain's weight. */
  private static final BigInteger WEIGHT_PER_BLOCK = BigInteger.valueOf(256);

  private final ActorId miner;
  private final WalletKey worker;
  private final Beacon beacon;
  private final ChainPolicy policy;
  private final TokenAmount baseFee;

  BlockProducer(
      ActorId miner, WalletKey worker, Beacon beacon, ChainPolicy policy, TokenAmount baseFee) {
    this.miner = miner;
    this.worker = worker;
    this.beacon = beacon;
    this.policy = policy;
    this.baseFee = baseFee;
  }

  /** The signed block at {@code epoch} on top of {@code base} with {@code messages}. */
  TipSet produce(ExecutedTipSet base, long epoch, List<SignedMessage> messages) {
    List<BeaconEntry> entries = beacon.entries(base.height(), epoch);
    Bytes newest = entries.get(entries.size() - 1).data();
    Bytes entropy = Randomness.minerEntropy(miner);
    BlockHeader unsigned =
        new BlockHeader(
            Address.ofId(miner),
            Optional.of(
                vrf(
                    newest,
                    RandomnessTag.TICKET_PRODUCTION,
                    epoch - 1,
                    Bytes.concat(entropy, base.ticket()))),
            Optional.of(
                new ElectionProof(
                    1, vrf(newest, RandomnessTag.ELECTION_PROOF_PRODUCTION, epoch, entropy))),
            entries,
            List.of(new PoStProof(winningPoStType(base), NOT_PROVEN)),
            List.of(base.blockCid()),
            base.header().parentWeight().add(WEIGHT_PER_BLOCK),
            new Epoch(epoch),
            base.after().root(),
            Messages.root(Messages.receipts(base.receipts())),
            Messages.root(Messages.meta(messages)),
            Optional.of(
                BlsKey.aggregate(
                    messages.stream()
                        .filter(Messages::isBls)
                        .map(SignedMessage::signature)
                        .toList())),
            genesisTimestamp(base) + epoch * policy.blockDelaySeconds(),
            Optional.empty(),
            0,
            baseFee);
    BlockHeader signed = unsigned.withBlockSig(worker.sign(unsigned.signingBytes()));
    return new TipSet(new TipSetKey(List.of(signed.cid())), List.of(signed), signed.height());
  }

  private RegisteredPoStProof winningPoStType(ExecutedTipSet base) {
    return base.after()
        .miner(miner)
        .orElseThrow(() -> new IllegalStateException("no miner " + miner))
        .sectorSize()
        .winningPoSt();
  }

  private static long genesisTimestamp(ExecutedTipSet base) {
    return base.atOrBelow(0).header().timestamp();
  }

  private Bytes vrf(Bytes beaconData, RandomnessTag tag, long epoch, Bytes entropy) {
    Bytes input = Randomness.draw(tag, beaconData, new Epoch(epoch), entropy);
    return worker.sign(input).data();
  }
}
