package io.granary.sharding;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.TipSet;
import java.util.List;

/** What a ticker hears; none of it leaves its node. */
public sealed interface TickerCommand {
  /** A miner to be ticked from now on, at once; the roster is read anyway, only later. */
  record AddMiner(ActorId miner) implements TickerCommand {}

  /** The chain's head changed. */
  record HeadSeen(TipSet head) implements TickerCommand {}

  /** Time to tick with the newest head. */
  record Flush() implements TickerCommand {}

  /** Time to read the roster. */
  record ReadRoster() implements TickerCommand {}

  /** The roster as it stands. */
  record RosterRead(List<ActorId> miners) implements TickerCommand {
    public RosterRead {
      miners = List.copyOf(miners);
    }
  }

  /** The roster could not be read; the next time it is. */
  record RosterUnread(Throwable cause) implements TickerCommand {}
}
