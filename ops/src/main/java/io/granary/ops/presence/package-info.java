/**
 * Being found: clients look a miner up on chain, where a peer id and addresses stand, and dial
 * these (StateMinerInfo; Boost and Lotus clients dial nothing else).
 *
 * <p>Every node that answers clients lays its {@link PeerCard} open to the others (distributed
 * data), reads from time to time what the chain says of the miner, and compares. What differs is
 * said in the log and at {@code GET /v1/net}, on every node. The first of the nodes by name has it
 * put right (ChangePeerID, ChangeMultiaddrs), once a difference has lasted: {@link Verdict} holds
 * the rules.
 */
@NullMarked
package io.granary.ops.presence;

import org.jspecify.annotations.NullMarked;
