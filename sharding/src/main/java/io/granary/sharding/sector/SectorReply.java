package io.granary.sharding.sector;

import io.granary.protocol.sector.SectorRefusal;
import io.granary.protocol.sector.SectorView;
import java.util.Optional;

/** What a sector answers. */
public sealed interface SectorReply {
  /** Done, or done before. */
  record Accepted() implements SectorReply {}

  record Rejected(SectorRefusal code, String detail) implements SectorReply {}

  /**
   * The live state; {@code Empty} at sequence 0 of a sector nobody asked for.
   *
   * @param sequence events so far; a replay of that many gives an equal view
   * @param progress of the running job, as last heard since the sector woke up; not persisted
   * @param ignoredReports reports since the sector woke up of jobs, attempts and messages it did
   *     not wait for
   */
  record StateIs(
      SectorView view, long sequence, Optional<JobProgress> progress, long ignoredReports)
      implements SectorReply {}

  /** {@code percent} 0 to 100 inside {@code stage}. */
  record JobProgress(String worker, String stage, int percent) {}
}
