package io.granary.sharding.winning;

import io.granary.protocol.ActorId;
import io.granary.protocol.chain.NodeVersion;
import io.granary.protocol.chain.TipSet;
import java.util.Set;

/** What the producer of blocks hears. All of it stays on its node. */
public sealed interface WinningCommand {
  /** A new head. */
  record HeadSeen(TipSet head) implements WinningCommand {}

  /** Time to read roster and network again. */
  record Refresh() implements WinningCommand {}

  /** The miners of the roster. */
  record RosterRead(Set<ActorId> miners) implements WinningCommand {
    public RosterRead {
      miners = Set.copyOf(miners);
    }
  }

  /** What the chain node says of itself. */
  record VersionRead(NodeVersion version) implements WinningCommand {}

  /** Something could not be read. */
  record Unread(String what, Throwable cause) implements WinningCommand {}
}
