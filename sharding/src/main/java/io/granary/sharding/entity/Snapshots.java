package io.granary.sharding.entity;

import akka.persistence.typed.javadsl.RetentionCriteria;

/**
 * When entities whose streams grow for ever take snapshots. Events are kept for ever (design 3): a
 * snapshot only shortens a recovery, and one that cannot be read is passed over for an older one or
 * for the events.
 */
public final class Snapshots {
  /** A recovery reads fewer events than this: one page of the journal. */
  public static final int EVENTS_BETWEEN = 500;

  /** The newest ones are kept, should the last be damaged. */
  public static final int KEPT = 2;

  private Snapshots() {}

  /** One every {@link #EVENTS_BETWEEN} events; old ones are deleted, events never. */
  public static RetentionCriteria everyManyEvents() {
    return RetentionCriteria.snapshotEvery(EVENTS_BETWEEN, KEPT);
  }
}
