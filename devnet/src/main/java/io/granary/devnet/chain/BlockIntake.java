package io.granary.devnet.chain;

import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MinerState;
import io.granary.protocol.ActorId;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.SignedMessage;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.signature.WalletKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What other miners ask of block production: a block made of their template, and a block taken.
 * Holds no lock of the chain, so that a proof can be verified while blocks go on.
 */
final class BlockIntake {
  private final BlockIndex blocks;
  private final MessageIndex messages;
  private final Lottery lottery;
  private final BlockProducer producer;
  private final BlockValidator validator;
  private final SlashFilter filter = new SlashFilter();

  BlockIntake(
      BlockIndex blocks,
      MessageIndex messages,
      Lottery lottery,
      BlockProducer producer,
      BlockValidator validator) {
    this.blocks = blocks;
    this.messages = messages;
    this.lottery = lottery;
    this.producer = producer;
    this.validator = validator;
  }

  /** Remembers a block of this node's own or of the log. */
  void restored(BlockEntry block) {
    filter.record(block.header());
  }

  /** See {@link Chain#createBlock}. */
  BlockMessage create(
      BlockTemplate template,
      Function<Address, WalletKey> keys,
      Function<ExecutedTipSet, TokenAmount> baseFee) {
    ExecutedTipSet base =
        blocks
            .tipSet(template.parents())
            .orElseThrow(
                () -> new BlockRefusedException("failed to load parent tipset: not found"));
    if (template.epoch().value() <= base.height()) {
      throw new BlockRefusedException("block height not greater than parent height");
    }
    BlockTemplate ordered = blsFirst(template);
    ordered.messages().forEach(messages::add);
    BlockHeader unsigned = producer.unsigned(ordered, base, baseFee.apply(base));
    WalletKey key = keys.apply(workerKey(base, template));
    BlockHeader signed = unsigned.withBlockSig(key.sign(unsigned.signingBytes()));
    return new BlockMessage(
        signed,
        ordered.messages().stream().filter(Messages::isBls).map(SignedMessage::cid).toList(),
        ordered.messages().stream()
            .filter(message -> !Messages.isBls(message))
            .map(SignedMessage::cid)
            .toList());
  }

  private static BlockTemplate blsFirst(BlockTemplate template) {
    List<SignedMessage> ordered = new ArrayList<>();
    template.messages().stream().filter(Messages::isBls).forEach(ordered::add);
    template.messages().stream().filter(message -> !Messages.isBls(message)).forEach(ordered::add);
    return new BlockTemplate(
        template.miner(),
        template.parents(),
        template.ticketVrfProof(),
        template.electionProof(),
        template.beaconEntries(),
        ordered,
        template.epoch(),
        template.timestamp(),
        template.winningPoStProof());
  }

  private Address workerKey(ExecutedTipSet base, BlockTemplate template) {
    ChainState then = lottery.lookback(base, template.epoch().value()).after();
    ActorId miner = template.miner();
    return then.miner(miner)
        .or(() -> base.after().miner(miner))
        .map(MinerState::profile)
        .flatMap(profile -> base.after().actor(profile.worker()))
        .flatMap(LedgerActor::robust)
        .orElseThrow(
            () ->
                new BlockRefusedException(
                    "failed to get miner worker: load miner actor: actor not found"));
  }

  /**
   * Checks a submitted block. It is recorded in the double-block filter first and validated then,
   * as recorded.
   *
   * @return the block; empty when it was known already
   */
  Optional<BlockEntry> receive(
      BlockMessage block, Function<ExecutedTipSet, TokenAmount> baseFee, LongSupplier round) {
    if (blocks.block(block.cid()).isPresent()) {
      return Optional.empty();
    }
    ExecutedTipSet base =
        blocks
            .tipSet(new TipSetKey(block.header().parents()))
            .filter(found -> !block.header().parents().isEmpty())
            .orElseThrow(
                () -> new BlockRefusedException("loading parent block: ipld: could not find it"));
    filter.admit(block.header(), base.height());
    BlockEntry entry = new BlockEntry(block.header(), messages(block), base);
    if (entry.height() > round.getAsLong()) {
      throw new BlockRefusedException(
          "sync to submitted block failed: block was from the future: "
              + entry.height()
              + " > "
              + round.getAsLong());
    }
    validator.validate(entry, base, baseFee.apply(base));
    return Optional.of(entry);
  }

  private List<SignedMessage> messages(BlockMessage block) {
    List<SignedMessage> found = new ArrayList<>();
    for (Cid cid : block.blsMessages()) {
      found.add(message(cid, "bls messages", true));
    }
    for (Cid cid : block.secpkMessages()) {
      found.add(message(cid, "secpk message", false));
    }
    return found;
  }

  private SignedMessage message(Cid cid, String kind, boolean bls) {
    return messages
        .find(cid)
        .filter(signed -> Messages.isBls(signed) == bls && signed.cid().equals(cid))
        .orElseThrow(
            () ->
                new BlockRefusedException(
                    "failed to load " + kind + ": ipld: could not find " + cid));
  }

  /** {@code block} and the known blocks that can stand in one tipset with it, one a miner. */
  List<BlockEntry> compatible(BlockEntry block) {
    Map<ActorId, BlockEntry> byMiner = new LinkedHashMap<>();
    byMiner.put(block.miner(), block);
    for (BlockEntry other : blocks.siblings(block)) {
      if (other.header().parentBaseFee().equals(block.header().parentBaseFee())) {
        byMiner.putIfAbsent(other.miner(), other);
      }
    }
    return List.copyOf(byMiner.values());
  }
}
