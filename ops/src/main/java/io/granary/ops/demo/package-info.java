/**
 * The demo: one file through the whole life of a sector, with everything that takes.
 *
 * <ol>
 *   <li>{@link io.granary.ops.demo.Demo} starts Cassandra and the devnet in this process's care and
 *       a node as a process of its own, creates a miner and imports the file as a piece.
 *   <li>{@link io.granary.ops.demo.SectorStory} follows the sector over the node's management HTTP
 *       and tells each stage to a {@link io.granary.ops.demo.Narrator}.
 *   <li>After two proven periods the piece is unsealed and compared.
 *   <li>{@link io.granary.ops.demo.DemoRecord} keeps beside the data what a resumed run must know.
 *   <li>By a deal, {@link io.granary.ops.demo.DealDemo} takes the place of the import: {@link
 *       io.granary.ops.demo.DemoClient} runs {@code granary client}, {@link
 *       io.granary.ops.demo.DealStory} tells the deal as the node sees it.
 *   <li>Both stories ask by a {@link io.granary.ops.demo.PatientClient}; {@link
 *       io.granary.ops.demo.ToldEvents} tells each event once, with the time by a {@link
 *       io.granary.ops.demo.StageClock} that they share.
 * </ol>
 */
@NullMarked
package io.granary.ops.demo;

import org.jspecify.annotations.NullMarked;
