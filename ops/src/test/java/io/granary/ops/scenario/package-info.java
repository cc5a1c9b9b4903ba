/**
 * Whole stories on real parts: Cassandra, devnet, a node process, real proofs of 2 KiB sectors.
 * Those called {@code …ScenarioTest} run with {@code ./granary test}; those called {@code
 * …EnduranceTest} take too long for that and run with {@code ./granary test --endurance [NAME]}.
 *
 * <p>Where a story is about messages alone ({@link io.granary.ops.scenario.SenderKillScenarioTest})
 * the node is an actor system with one sender, on the real journal, store and chain client, that is
 * cut off at a step which a seed draws: {@link io.granary.ops.scenario.SenderLife} says where, the
 * ports and the codec around it let nothing pass afterwards.
 */
@NullMarked
package io.granary.ops.scenario;

import org.jspecify.annotations.NullMarked;
