/**
 * The chain itself.
 *
 * <ol>
 *   <li>{@link io.granary.devnet.chain.Chain} makes the next block from the messages that {@link
 *       io.granary.devnet.chain.MessagePool} offers, on a timer's or a caller's word.
 *   <li>{@code TipSetExecutor} applies them at once, so each {@link
 *       io.granary.devnet.chain.ExecutedTipSet} carries the state before and after it.
 *   <li>{@code ChainLog} appends the block; only then the head moves and listeners hear of it.
 *   <li>Queries read from the tipset they name; nothing they need is ever changed.
 * </ol>
 *
 * One tipset is one block here. All changes of head and pool happen under the chain's one lock.
 */
@NullMarked
package io.granary.devnet.chain;

import org.jspecify.annotations.NullMarked;
