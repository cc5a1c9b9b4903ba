/**
 * The chain's state as immutable snapshots: {@link io.granary.devnet.state.ChainState} holds all
 * actors, {@link io.granary.devnet.state.MinerState} what a miner owns. A message works on a {@link
 * io.granary.devnet.state.StateDraft} and either all of it becomes the next snapshot or nothing
 * does, so every tipset keeps its own state and a re-org only picks another one.
 */
@NullMarked
package io.granary.devnet.state;

import org.jspecify.annotations.NullMarked;
