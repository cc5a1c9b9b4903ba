package io.granary.protocol.sector;

/** Why a sector does not do what it is asked. */
public enum SectorRefusal {
  /** Nobody has asked for this sector yet. */
  NOT_CREATED,
  /** Only a parked sector can be retried. */
  NOT_PARKED,
  /** Parked for a reason that no retry mends. */
  NOT_RETRYABLE,
  /** The chain holds the sector, or may do so at any time. */
  ON_CHAIN
}
