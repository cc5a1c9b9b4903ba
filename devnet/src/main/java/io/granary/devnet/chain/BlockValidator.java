package io.granary.devnet.chain;

import io.granary.devnet.actor.VerifierUnavailableException;
import io.granary.protocol.Bytes;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.Election;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.MiningBaseInfo.WinningSector;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.signature.Signatures;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a block of another miner is valid (lotus chain/consensus/filcns/filecoin.go,
 * ValidateBlock): time, base, election, ticket, winning PoSt by the real verifier, signatures and
 * messages. What is wrong is told in the node's words.
 */
final class BlockValidator {
  private static final int PROOF_BYTES = 192;

  private final Lottery lottery;
  private final BlockProducer producer;
  private final TipSetExecutor executor;
  private final ProofLedger proofs;

  BlockValidator(
      Lottery lottery, BlockProducer producer, TipSetExecutor executor, ProofLedger proofs) {
    this.lottery = lottery;
    this.producer = producer;
    this.executor = executor;
    this.proofs = proofs;
  }

  /**
   * Checks {@code block}.
   *
   * @param baseFee what blocks on its base must carry
   * @throws BlockRefusedException saying what is wrong
   */
  void validate(BlockEntry block, ExecutedTipSet base, TokenAmount baseFee) {
    BlockHeader header = block.header();
    requireShape(block);
    long epoch = block.height();
    require(block, epoch > base.height(), "block height not greater than parent height");
    long expected = producer.timestamp(base, epoch);
    require(
        block,
        header.timestamp() == expected,
        "block had wrong timestamp: " + header.timestamp() + " != " + expected);
    MiningBaseInfo info =
        lottery
            .baseInfo(base, epoch, block.miner())
            .orElseThrow(
                () -> refused(block, "minerIsValid failed: block's miner has no power or sectors"));
    require(
        block,
        info.eligible(),
        "block's miner is ineligible to mine: block's miner does not meet minimum requirements");
    requireElection(block, info);
    requireTicket(block, info, base);
    requireBase(block, base, baseFee);
    requireSignature(block, info);
    requireMessages(block, base, baseFee);
    // Last, since it costs most; the process that verifies is another one.
    requireWinningPoSt(block, info);
  }

  private static void requireShape(BlockEntry block) {
    BlockHeader header = block.header();
    require(block, header.ticketVrfProof().isPresent(), "block had nil ticket");
    require(block, header.electionProof().isPresent(), "block had nil election proof");
    require(block, header.blockSig().isPresent(), "block had nil signature");
    require(block, header.blsAggregate().isPresent(), "block had nil bls aggregate signature");
    require(block, header.forkSignaling() == 0, "block had a fork signal");
  }

  private static void requireElection(BlockEntry block, MiningBaseInfo info) {
    BlockHeader header = block.header();
    ElectionProof election = header.electionProof().orElseThrow();
    require(
        block,
        header.beaconEntries().equals(info.beaconEntries()),
        "failed to validate blocks random beacon values: wrong entries");
    require(block, election.winCount() >= 1, "block is not claiming to be a winner");
    Bytes drawn =
        BlockProducer.Draws.election(
            info.drawingEntry().data(), block.height(), Randomness.minerEntropy(block.miner()));
    require(
        block,
        holds(election.vrfProof(), info, drawn),
        "validating block election proof failed: vrf was invalid");
    BigInteger network = info.networkPower();
    long wins =
        network.signum() == 0
            ? 0
            : Election.winCount(election.vrfProof(), info.minerPower(), network);
    require(
        block,
        wins == election.winCount(),
        "miner's win count is not equal to the claimed: miner claims wrong number of wins: miner: "
            + election.winCount()
            + ", computed: "
            + wins);
  }

  private static void requireTicket(BlockEntry block, MiningBaseInfo info, ExecutedTipSet base) {
    Bytes drawn =
        BlockProducer.Draws.ticket(
            info.drawingEntry().data(), block.height(), block.miner(), base.ticket());
    require(
        block,
        holds(block.header().ticketVrfProof().orElseThrow(), info, drawn),
        "validating block tickets failed: vrf was invalid");
  }

  private static boolean holds(Bytes vrf, MiningBaseInfo info, Bytes drawn) {
    return Signatures.verify(new Signature(Signature.Kind.BLS, vrf), info.workerKey(), drawn);
  }

  private static void requireBase(BlockEntry block, ExecutedTipSet base, TokenAmount baseFee) {
    BlockHeader header = block.header();
    require(
        block,
        header.parentWeight().equals(ChainWeight.of(base)),
        "parent weight different: "
            + header.parentWeight()
            + " (header) != "
            + ChainWeight.of(base)
            + " (computed)");
    require(
        block,
        header.parentStateRoot().equals(base.after().root()),
        "parent state root did not match computed state");
    require(
        block,
        header.parentMessageReceipts().equals(Messages.root(Messages.receipts(base.receipts()))),
        "parent receipts root did not match computed value");
    require(
        block,
        header.parentBaseFee().equals(baseFee),
        "base fee doesn't match: "
            + header.parentBaseFee()
            + " (header) != "
            + baseFee
            + " (computed)");
  }

  private static void requireSignature(BlockEntry block, MiningBaseInfo info) {
    require(
        block,
        Signatures.verify(
            block.header().blockSig().orElseThrow(),
            info.workerKey(),
            block.header().signingBytes()),
        "block signature verification failed: bls signature failed to verify");
  }

  private void requireMessages(BlockEntry block, ExecutedTipSet base, TokenAmount baseFee) {
    BlockHeader header = block.header();
    require(
        block,
        header.messages().equals(Messages.root(Messages.meta(block.messages()))),
        "messages root did not match the messages");
    require(
        block,
        header.blsAggregate().equals(Optional.of(BlockProducer.aggregate(block.messages()))),
        "bls aggregate signature was invalid");
    TipSetExecutor.Outcome outcome =
        executor.execute(base, block.height(), baseFee, List.of(BlockDraft.of(block)));
    List<SignedMessage> left = new ArrayList<>(block.messages());
    left.removeAll(outcome.included());
    require(
        block,
        left.isEmpty(),
        "block had invalid messages: " + left.stream().map(SignedMessage::cid).toList());
  }

  private void requireWinningPoSt(BlockEntry block, MiningBaseInfo info) {
    List<PoStProof> posts = block.header().winPoStProof();
    boolean shaped =
        posts.size() == 1
            && posts.get(0).type().equals(info.sectorSize().winningPoSt())
            && posts.get(0).proof().length() == PROOF_BYTES;
    require(block, shaped, "invalid election post: winning post has another form");
    Bytes randomness =
        Lottery.provingRandomness(info.drawingEntry().data(), block.height(), block.miner());
    try {
      require(
          block,
          proofs.winningPoStHolds(
              block.miner(),
              posts.get(0).type(),
              randomness,
              info.sectors().stream().map(WinningSector::replica).toList(),
              posts.get(0).proof()),
          "invalid election post: failed to verify election post: winning post was invalid");
    } catch (VerifierUnavailableException e) {
      throw refused(block, "invalid election post: nobody could verify it: " + e.getMessage());
    }
  }

  private static void require(BlockEntry block, boolean holds, String problem) {
    if (!holds) {
      throw refused(block, problem);
    }
  }

  private static BlockRefusedException refused(BlockEntry block, String problem) {
    return new BlockRefusedException(
        "sync to submitted block failed: collectChain failed: collectChain syncMessages: message"
            + " processing failed: validating block "
            + block.cid()
            + ": 1 error occurred:\n\t* "
            + problem
            + "\n\n");
  }
}
