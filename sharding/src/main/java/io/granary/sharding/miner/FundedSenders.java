package io.granary.sharding.miner;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.Tick;
import io.granary.protocol.miner.MinerConfig;
import io.granary.protocol.miner.SenderAddresses;
import io.granary.sharding.entity.Answers;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Which of a miner's addresses send now: those that hold enough go in front, where there is a
 * choice. Belongs to the one actor.
 */
final class FundedSenders {
  private final Answers<MinerCommand> answers;
  private final MinerPorts ports;
  private final ActorId miner;
  private final Logger log;
  private Optional<MinerCommand.SendersChosen> chosen = Optional.empty();
  private boolean underWay;

  FundedSenders(Answers<MinerCommand> answers, MinerPorts ports, ActorId miner, Logger log) {
    this.answers = answers;
    this.ports = ports;
    this.miner = miner;
    this.log = log;
  }

  /** A life begins: what was under way is not waited for. */
  void begin() {
    underWay = false;
  }

  /** Asks what the addresses hold. */
  void look(MinerConfig config, Tick tick) {
    boolean choice = config.senders().byPurpose().values().stream().anyMatch(l -> l.size() > 1);
    if (choice && !underWay) {
      underWay = true;
      SenderAddresses candidates = config.senders();
      answers.bring(
          ports.addresses().funded(candidates, tick.head()),
          answer -> new MinerCommand.SendersChosen(candidates, answer),
          MinerCommand.SendersNotChosen::new);
    }
  }

  /** {@code config} with the addresses in front that hold enough now, as far as that is known. */
  MinerConfig paying(MinerConfig config) {
    return chosen
        .filter(answer -> answer.candidates().equals(config.senders()))
        .map(answer -> config.withSenders(answer.chosen()))
        .orElse(config);
  }

  void onChosen(MinerCommand.SendersChosen heard) {
    underWay = false;
    chosen = Optional.of(heard);
  }

  void onNotChosen(Throwable cause) {
    underWay = false;
    log.info("miner {}: no balances: {}", miner, cause.toString());
  }
}
