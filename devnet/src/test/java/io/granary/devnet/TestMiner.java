package io.granary.devnet;

import io.granary.devnet.chain.Chain;
import io.granary.devnet.chain.ExecutedTipSet;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.Election;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.signature.WalletKey;
import java.util.List;
import java.util.Optional;

/** A miner that does what chain.md 6.1 says, step by step. */
public final class TestMiner {
  private static final int ROUNDS_MAX = 200;

  private final Chain chain;
  private final WalletKey worker;
  private final ActorId miner;

  public TestMiner(Chain chain, WalletKey worker, ActorId miner) {
    this.chain = chain;
    this.worker = worker;
    this.miner = miner;
  }

  /** Steps until the miner wins the round that is open, and makes its block. */
  public BlockMessage nextBlock(Bytes proof) {
    for (int i = 0; i < ROUNDS_MAX; i++) {
      Optional<BlockMessage> won = block(chain.head(), chain.round(), proof);
      if (won.isPresent()) {
        return won.get();
      }
      chain.step(0);
    }
    throw new AssertionError(miner + " won none of " + ROUNDS_MAX + " rounds");
  }

  /** The block of the round that is open, which must be won, with another proof. */
  public BlockMessage blockAgain(Bytes proof) {
    return block(chain.head(), chain.round(), proof).orElseThrow();
  }

  /** A block for any round on top of {@code base}, as if it were won at least once. */
  public Optional<BlockMessage> blockFor(ExecutedTipSet base, long round) {
    return chain
        .lottery()
        .baseInfo(base, round, miner)
        .map(info -> make(base, round, info, 1, FakeVerifier.good(ChainDriver.PROOF_BYTES)));
  }

  private Optional<BlockMessage> block(ExecutedTipSet base, long round, Bytes proof) {
    return chain
        .lottery()
        .baseInfo(base, round, miner)
        .filter(MiningBaseInfo::eligible)
        .flatMap(
            info -> {
              int wins =
                  Election.winCount(election(info, round), info.minerPower(), info.networkPower());
              return wins == 0
                  ? Optional.empty()
                  : Optional.of(make(base, round, info, wins, proof));
            });
  }

  private Bytes election(MiningBaseInfo info, long round) {
    return vrf(
        info, RandomnessTag.ELECTION_PROOF_PRODUCTION, round, Randomness.minerEntropy(miner));
  }

  private BlockMessage make(
      ExecutedTipSet base, long round, MiningBaseInfo info, int wins, Bytes proof) {
    Bytes baseTicket = base.header().ticketVrfProof().orElseThrow();
    BlockTemplate template =
        new BlockTemplate(
            miner,
            base.key(),
            vrf(
                info,
                RandomnessTag.TICKET_PRODUCTION,
                round - 1,
                Bytes.concat(Randomness.minerEntropy(miner), baseTicket)),
            new ElectionProof(wins, election(info, round)),
            info.beaconEntries(),
            chain.select(base),
            new Epoch(round),
            chain.genesis().header().timestamp()
                + round * chain.config().policy().blockDelaySeconds(),
            List.of(new PoStProof(info.sectorSize().winningPoSt(), proof)));
    return chain.createBlock(template, address -> worker);
  }

  /** {@code header} with other parts, signed again. */
  public BlockMessage with(
      BlockHeader header, ElectionProof election, long timestamp, TokenAmount baseFee) {
    BlockHeader changed =
        new BlockHeader(
            header.miner(),
            header.ticketVrfProof(),
            Optional.of(election),
            header.beaconEntries(),
            header.winPoStProof(),
            header.parents(),
            header.parentWeight(),
            header.height(),
            header.parentStateRoot(),
            header.parentMessageReceipts(),
            header.messages(),
            header.blsAggregate(),
            timestamp,
            Optional.empty(),
            0,
            baseFee);
    return new BlockMessage(
        changed.withBlockSig(worker.sign(changed.signingBytes())), List.of(), List.of());
  }

  private Bytes vrf(MiningBaseInfo info, RandomnessTag tag, long epoch, Bytes entropy) {
    return worker
        .sign(Randomness.draw(tag, info.drawingEntry().data(), new Epoch(epoch), entropy))
        .data();
  }
}
