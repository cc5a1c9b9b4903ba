package io.granary.protocol.job;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;

/** The entity a job's reports go to. */
public sealed interface Recipient {
  /** A sector entity. */
  record Sector(SectorId id) implements Recipient {}

  /** A proving deadline entity: miner and deadline index. */
  record Deadline(ActorId miner, long index) implements Recipient {}
}
