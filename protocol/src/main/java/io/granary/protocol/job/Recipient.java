package io.granary.protocol.job;

import io.granary.protocol.ActorId;
import io.granary.protocol.SectorId;

/** Whom a job's or a message's reports go to. */
public sealed interface Recipient {
  /** A sector entity. */
  record Sector(SectorId id) implements Recipient {}

  /** A proving deadline entity: miner and deadline index. */
  record Deadline(ActorId miner, long index) implements Recipient {}

  /** A miner entity. */
  record Miner(ActorId id) implements Recipient {}

  /** The publisher of a provider's deals. */
  record Publisher(ActorId provider) implements Recipient {}

  /** Nobody waits for the end. */
  record Nobody() implements Recipient {}

  /**
   * A request that waits on one node, an operator's or a client's; when that node dies the request
   * dies with it. The worker may be on another: the end of the job is carried there.
   *
   * @param node the node's name
   * @param request unique on that node
   */
  record Operator(String node, String request) implements Recipient {}
}
