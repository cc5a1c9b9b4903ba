package io.granary.devnet.chain;

import io.granary.devnet.policy.ChainPolicy;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.signature.BlsKey;
import io.granary.protocol.signature.WalletKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Makes blocks: those of the genesis miner, and of the templates of others. Ticket and election
 * VRF, signatures, CIDs and roots are real; the genesis miner wins every round it is asked for
 * once, and its winning PoSt is a text that says it was not proven (README).
 */
final class BlockProducer {
  /** The winning PoSt of the genesis miner's own blocks. */
  static final Bytes NOT_PROVEN = Bytes.of("not proven".getBytes(StandardCharsets.UTF_8));

  private final ActorId miner;
  private final WalletKey worker;
  private final Beacon beacon;
  private final ChainPolicy policy;

  BlockProducer(ActorId miner, WalletKey worker, Beacon beacon, ChainPolicy policy) {
    this.miner = miner;
    this.worker = worker;
    this.beacon = beacon;
    this.policy = policy;
  }

  ActorId miner() {
    return miner;
  }

  /** The signed block of the genesis miner at {@code epoch} on top of {@code base}. */
  BlockEntry produce(
      ExecutedTipSet base, long epoch, List<SignedMessage> messages, TokenAmount baseFee) {
    List<BeaconEntry> entries = beacon.entries(base.height(), epoch);
    Bytes newest = entries.get(entries.size() - 1).data();
    Bytes entropy = Randomness.minerEntropy(miner);
    Bytes ticket = vrf(Draws.ticket(newest, epoch, miner, base.ticket()));
    Bytes election = vrf(Draws.election(newest, epoch, entropy));
    BlockTemplate template =
        new BlockTemplate(
            miner,
            base.key(),
            ticket,
            new ElectionProof(1, election),
            entries,
            messages,
            new Epoch(epoch),
            timestamp(base, epoch),
            List.of(new PoStProof(winningPoStType(base), NOT_PROVEN)));
    BlockHeader unsigned = unsigned(template, base, baseFee);
    BlockHeader signed = unsigned.withBlockSig(worker.sign(unsigned.signingBytes()));
    return new BlockEntry(signed, messages, base);
  }

  /**
   * The header of {@code template}, whose messages must be BLS first, on top of {@code base}, which
   * must be its parents.
   */
  BlockHeader unsigned(BlockTemplate template, ExecutedTipSet base, TokenAmount baseFee) {
    List<SignedMessage> messages = template.messages();
    return new BlockHeader(
        Address.ofId(template.miner()),
        Optional.of(template.ticketVrfProof()),
        Optional.of(template.electionProof()),
        template.beaconEntries(),
        template.winningPoStProof(),
        base.key().cids(),
        ChainWeight.of(base),
        template.epoch(),
        base.after().root(),
        Messages.root(Messages.receipts(base.receipts())),
        Messages.root(Messages.meta(messages)),
        Optional.of(aggregate(messages)),
        template.timestamp(),
        Optional.empty(),
        0,
        baseFee);
  }

  static Signature aggregate(List<SignedMessage> messages) {
    return BlsKey.aggregate(
        messages.stream().filter(Messages::isBls).map(SignedMessage::signature).toList());
  }

  /** The time stamp of a block at {@code epoch}, Unix seconds. */
  long timestamp(ExecutedTipSet base, long epoch) {
    return base.atOrBelow(0).header().timestamp() + epoch * policy.blockDelaySeconds();
  }

  private RegisteredPoStProof winningPoStType(ExecutedTipSet base) {
    return base.after()
        .miner(miner)
        .orElseThrow(() -> new IllegalStateException("no miner " + miner))
        .sectorSize()
        .winningPoSt();
  }

  private Bytes vrf(Bytes draw) {
    return worker.sign(draw).data();
  }

  /** What a miner signs for its ticket and its election (chain.md 6.1). */
  static final class Draws {
    private Draws() {}

    static Bytes ticket(Bytes beaconData, long epoch, ActorId miner, Bytes baseTicket) {
      return Randomness.draw(
          RandomnessTag.TICKET_PRODUCTION,
          beaconData,
          new Epoch(epoch - 1),
          Bytes.concat(Randomness.minerEntropy(miner), baseTicket));
    }

    static Bytes election(Bytes beaconData, long epoch, Bytes entropy) {
      return Randomness.draw(
          RandomnessTag.ELECTION_PROOF_PRODUCTION, beaconData, new Epoch(epoch), entropy);
    }
  }
}
