/**
 * The sender of one address: every message of that address, one nonce at a time.
 *
 * <ol>
 *   <li>An entity submits an intent; {@code IntentAccepted} is persisted. The same intent again
 *       changes nothing and is told again what is known.
 *   <li>The chain prices it. What its simulation refuses is given up and reported.
 *   <li>One intent at a time takes the next nonce: {@code NonceReserved} is persisted, the nonce is
 *       claimed in the store, the wallet signs, {@code MessageSigned} is persisted. A sender that
 *       dies anywhere between goes on with the reserved nonce before it gives another away.
 *   <li>The signed bytes are pushed, as often as it takes.
 *   <li>On each tick the chain is searched for it: landed, reverted, confirmed, or overtaken by
 *       another message with its nonce. What changes is persisted, then reported to the asker.
 * </ol>
 */
@NullMarked
package io.granary.sharding.sender;

import org.jspecify.annotations.NullMarked;
