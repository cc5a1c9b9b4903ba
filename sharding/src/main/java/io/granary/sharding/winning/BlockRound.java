package io.granary.sharding.winning;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.Election;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.HeadWeight;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.winning.BlockGuard;
import io.granary.protocol.winning.MinedBlock;
import io.granary.protocol.winning.RoundTiming;
import io.granary.protocol.winning.WinningDraws;
import io.granary.sharding.entity.Answers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One round of one miner on one base, from the election to the submission. It asks, and goes on
 * with each answer; nothing blocks. The order keeps the miner safe: the proof is verified before
 * the store is asked, since the chain node remembers a block before it validates it; both claims
 * are held before the node signs; a block is made once and submitted once.
 */
final class BlockRound {
  private final ActorId miner;
  private final WinningPorts ports;
  private final RoundTiming timing;
  private final Function<Instant, CompletionStage<Instant>> wait;
  private final List<MinedBlock> made;
  private final TipSet base;
  private final long nullRounds;
  private final Epoch epoch;
  private volatile String step = "reading the base";

  /**
   * @param wait completes at an instant, at once when it is past
   * @param made blocks of the miner that were claimed before
   */
  BlockRound(
      ActorId miner,
      WinningPorts ports,
      RoundTiming timing,
      Function<Instant, CompletionStage<Instant>> wait,
      List<MinedBlock> made,
      TipSet base,
      long nullRounds) {
    this.miner = miner;
    this.ports = ports;
    this.timing = timing;
    this.wait = wait;
    this.made = List.copyOf(made);
    this.base = base;
    this.nullRounds = nullRounds;
    this.epoch = RoundTiming.epoch(base, nullRounds);
  }

  /** A win with everything that does not depend on the base. */
  private record Win(MiningBaseInfo info, ElectionProof election) {}

  /** A win, proven, with the ticket on {@code parents}. */
  private record Ready(Win win, TipSet parents, Bytes ticket, Bytes proof, long provenMillis) {}

  /** Runs; the stage never fails. */
  CompletionStage<RoundResult> run() {
    return ports
        .chain()
        .miningBaseInfo(miner, epoch, base.key())
        .thenCompose(this::elect)
        .exceptionally(error -> new RoundResult.Failed(step, reason(error)));
  }

  private CompletionStage<RoundResult> elect(Optional<MiningBaseInfo> heard) {
    if (heard.isEmpty() || !heard.get().eligible() || heard.get().sectors().isEmpty()) {
      return ended(new RoundResult.NotEligible());
    }
    Optional<String> objection = BlockGuard.objection(base, epoch, made);
    if (objection.isPresent()) {
      return ended(new RoundResult.Refused(objection.get()));
    }
    MiningBaseInfo info = heard.get();
    step = "signing the election";
    return ports
        .chain()
        .walletSign(info.workerKey(), WinningDraws.election(miner, epoch, info))
        .thenCompose(
            signature -> {
              int wins =
                  Election.winCount(signature.data(), info.minerPower(), info.networkPower());
              return wins == 0
                  ? ended(new RoundResult.Lost())
                  : prove(new Win(info, new ElectionProof(wins, signature.data())));
            });
  }

  private CompletionStage<RoundResult> prove(Win win) {
    step = "proving";
    MiningBaseInfo info = win.info();
    RegisteredPoStProof type = info.sectorSize().winningPoSt();
    return ports
        .prover()
        .prove(
            miner,
            type,
            epoch,
            WinningDraws.post(miner, epoch, info),
            info.sectors().get(0).replica())
        .thenCombine(
            ticket(info, base),
            (proof, ticket) ->
                new Ready(win, base, ticket, proof, millisSinceBase(ports.clock().instant())))
        .thenCompose(ready -> wait.apply(timing.settled(base)).thenApply(now -> ready))
        .thenCompose(this::lookAgain);
  }

  private CompletionStage<Bytes> ticket(MiningBaseInfo info, TipSet on) {
    return ports
        .chain()
        .walletSign(info.workerKey(), WinningDraws.ticket(miner, epoch, info, on))
        .thenApply(Signature::data);
  }

  /** The head may have changed at the base's height meanwhile, or have gone on. */
  private CompletionStage<RoundResult> lookAgain(Ready ready) {
    step = "reading the head again";
    return ports
        .chain()
        .head()
        .thenCompose(
            head -> {
              Optional<TipSet> parents = parents(base, head);
              if (parents.isEmpty()) {
                return ended(new RoundResult.Moved());
              }
              TipSet chosen = parents.get();
              if (chosen.key().equals(base.key())) {
                return select(ready);
              }
              Optional<String> objection = BlockGuard.objection(chosen, epoch, made);
              if (objection.isPresent()) {
                return ended(new RoundResult.Refused(objection.get()));
              }
              return ticket(ready.win().info(), chosen)
                  .thenCompose(
                      ticket ->
                          select(
                              new Ready(
                                  ready.win(),
                                  chosen,
                                  ticket,
                                  ready.proof(),
                                  ready.provenMillis())));
            });
  }

  /**
   * What to build on when the head is now {@code head}: at the base's height the blocks that both
   * hold, so that a block whose miner sent two is left out; else the heavier of the two. Empty when
   * the head is at another height.
   */
  static Optional<TipSet> parents(TipSet base, TipSet head) {
    if (head.key().equals(base.key())) {
      return Optional.of(base);
    }
    if (!head.height().equals(base.height())) {
      return Optional.empty();
    }
    List<Cid> cids = new ArrayList<>();
    List<BlockHeader> blocks = new ArrayList<>();
    for (int i = 0; i < base.blocks().size(); i++) {
      if (head.key().cids().contains(base.key().cids().get(i))) {
        cids.add(base.key().cids().get(i));
        blocks.add(base.blocks().get(i));
      }
    }
    if (cids.isEmpty()) {
      return Optional.of(HeadWeight.isHeavier(head, base) ? head : base);
    }
    return Optional.of(new TipSet(new TipSetKey(cids), blocks, base.height()));
  }

  private CompletionStage<RoundResult> select(Ready ready) {
    step = "selecting messages";
    return ports
        .chain()
        .selectMessages(ready.parents().key(), WinningDraws.quality(ready.ticket()))
        .thenCompose(messages -> claim(ready, messages));
  }

  private CompletionStage<RoundResult> claim(Ready ready, List<SignedMessage> messages) {
    step = "claiming the epoch";
    if (isOver(ports.clock().instant())) {
      return ended(new RoundResult.Failed(step, "the epoch is over"));
    }
    MinedBlock block =
        new MinedBlock(
            miner,
            epoch,
            ports.claims().get(),
            ready.parents().key(),
            ports.clock().instant(),
            ready.win().election().winCount(),
            ready.provenMillis(),
            Optional.empty(),
            0,
            MinedBlock.Outcome.CLAIMED,
            "");
    return ports
        .fence()
        .claim(block)
        .thenCompose(
            ours ->
                ours
                    ? create(ready, messages, block)
                    : ended(new RoundResult.Refused("claimed by another producer")));
  }

  private CompletionStage<RoundResult> create(
      Ready ready, List<SignedMessage> messages, MinedBlock block) {
    step = "making the block";
    BlockTemplate template =
        new BlockTemplate(
            miner,
            ready.parents().key(),
            ready.ticket(),
            ready.win().election(),
            ready.win().info().beaconEntries(),
            messages,
            epoch,
            timing.timestamp(ready.parents(), nullRounds),
            List.of(new PoStProof(ready.win().info().sectorSize().winningPoSt(), ready.proof())));
    return ports
        .chain()
        .createBlock(template)
        .thenCompose(made -> submit(made, template, block))
        .exceptionally(
            error -> new RoundResult.Claimed(block.ended(MinedBlock.Outcome.FAILED, failed(error))))
        .thenCompose(this::noted);
  }

  private CompletionStage<RoundResult> submit(
      BlockMessage made, BlockTemplate template, MinedBlock claimed) {
    BlockHeader header = made.header();
    if (!header.height().equals(template.epoch())
        || !header.parents().equals(template.parents().cids())
        || header.timestamp() != template.timestamp()) {
      throw new IllegalStateException("the node made another block than it was asked for");
    }
    MinedBlock created = claimed.created(made.cid());
    step = "submitting the block";
    return wait.apply(Instant.ofEpochSecond(template.timestamp()))
        .thenCompose(
            now -> {
              if (isOver(now)) {
                throw new IllegalStateException("the epoch is over");
              }
              return ports.chain().submitBlock(made).thenApply(nothing -> true);
            })
        .<RoundResult>handle(
            (taken, error) ->
                new RoundResult.Claimed(
                    error == null
                        ? created.submitted(millisSinceBase(ports.clock().instant()))
                        : created.ended(MinedBlock.Outcome.FAILED, failed(error))));
  }

  /** Keeps the outcome in the store; without it the block is what it is. */
  private CompletionStage<RoundResult> noted(RoundResult result) {
    if (!(result instanceof RoundResult.Claimed claimed)) {
      return ended(result);
    }
    return ports
        .fence()
        .note(claimed.block())
        .<RoundResult>handle(
            (done, error) -> {
              if (error != null) {
                WinningOperatorLog.notNoted(claimed.block(), Answers.cause(error));
              }
              return result;
            });
  }

  private boolean isOver(Instant now) {
    return now.isAfter(
        Instant.ofEpochSecond(timing.timestamp(base, nullRounds)).plus(timing.blockDelay()));
  }

  private long millisSinceBase(Instant now) {
    return Duration.between(Instant.ofEpochSecond(base.blocks().get(0).timestamp()), now)
        .toMillis();
  }

  private String failed(Throwable error) {
    return step + ": " + reason(error);
  }

  private static String reason(Throwable error) {
    Throwable cause = Answers.cause(error);
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private static CompletionStage<RoundResult> ended(RoundResult result) {
    return CompletableFuture.completedStage(result);
  }
}
