/**
 * The life of a sector as a pure state machine.
 *
 * <ol>
 *   <li>{@link io.granary.protocol.sector.SectorState}: one record per state; {@link
 *       io.granary.protocol.sector.SectorEvent}: what happened.
 *   <li>{@link io.granary.protocol.sector.SectorTransitions}: the one table of what leads where.
 *   <li>Recovery, told by both sides: the deadline finds a sector faulty ({@link
 *       io.granary.protocol.sector.SectorObservation.FoundFaulty}); the sector reads its files now
 *       and then and, when they answer, waits in {@link io.granary.protocol.sector.Recovering}
 *       without a declaration; the deadline, which knows partition and cutoff, reads that state,
 *       declares, and says so ({@code RecoveryDeclared}); the next window PoSt that includes the
 *       sector brings {@code Recovered}.
 * </ol>
 */
@NullMarked
package io.granary.protocol.sector;

import org.jspecify.annotations.NullMarked;
