/**
 * What messages do to the state.
 *
 * <ol>
 *   <li>{@link io.granary.devnet.actor.MessageExecutor} checks the sender, takes the gas and moves
 *       the value.
 *   <li>It calls the receiver's method with an {@link io.granary.devnet.actor.Invocation}: {@code
 *       PowerMethods}, {@code MinerMethods}, {@code MarketMethods}, {@code VerifiedRegistryMethods}
 *       or {@code DataCapMethods}, which pass on to one class per method.
 *   <li>A method returns its CBOR or throws {@link io.granary.devnet.actor.ActorAbort} with an exit
 *       code; then nothing but gas and nonce remains of the message.
 *   <li>After the messages of each epoch {@link io.granary.devnet.actor.DeadlineCron} ends the
 *       deadlines that close.
 * </ol>
 *
 * Rules, exit codes and texts follow builtin-actors 18 as chain.md 3 to 5 restates it and as the
 * recorded answers show it.
 */
@NullMarked
package io.granary.devnet.actor;

import org.jspecify.annotations.NullMarked;
