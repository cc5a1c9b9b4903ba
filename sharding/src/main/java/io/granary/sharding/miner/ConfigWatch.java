package io.granary.sharding.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.Epoch;
import io.granary.protocol.chain.MinerInfo;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.deadline.ProvingGrid;
import io.granary.protocol.miner.MinerConfig;
import io.granary.sharding.entity.Answers;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;

/**
 * Reads a miner's configuration from the chain, again now and then, since its owner may change it.
 * Belongs to the one actor.
 */
final class ConfigWatch {
  /** How often the chain is asked whether the miner's configuration changed. */
  private static final long EVERY_EPOCHS = 60;

  private final Answers<MinerCommand> answers;
  private final MinerPorts ports;
  private final ActorId miner;
  private final Logger log;
  private Optional<Epoch> readAt = Optional.empty();
  private boolean underWay;

  ConfigWatch(Answers<MinerCommand> answers, MinerPorts ports, ActorId miner, Logger log) {
    this.answers = answers;
    this.ports = ports;
    this.miner = miner;
    this.log = log;
  }

  /** A life begins: what was under way is not waited for. */
  void begin() {
    underWay = false;
  }

  /** Reads it when it is time. */
  void look(Tick tick) {
    boolean due = readAt.map(last -> tick.epoch().since(last) >= EVERY_EPOCHS).orElse(true);
    if (!due || underWay) {
      return;
    }
    underWay = true;
    TipSetKey at = tick.head();
    answers.bring(
        ports.chain().minerInfo(miner, at).thenCompose(info -> config(info, at)),
        MinerCommand.ConfigRead::new,
        cause -> new MinerCommand.ReadFailed("the miner's configuration", cause));
  }

  private CompletionStage<MinerConfig> config(MinerInfo info, TipSetKey at) {
    return ports
        .chain()
        .accountKey(info.worker(), at)
        .thenCombine(
            ports.chain().provingDeadline(miner, at),
            (key, deadline) ->
                new MinerConfig(
                    miner,
                    info.owner(),
                    info.worker(),
                    key,
                    info.sectorSize(),
                    info.windowPoStProof(),
                    ProvingGrid.of(deadline)))
        .thenCombine(ports.addresses().candidates(miner, info, at), MinerConfig::withSenders);
  }

  void onRead(Epoch now) {
    underWay = false;
    readAt = Optional.of(now);
  }

  void onUnread(MinerCommand.ReadFailed failed) {
    underWay = false;
    log.info("miner {}: could not read {}: {}", miner, failed.what(), failed.cause().toString());
  }
}
