/**
 * Keys and signatures of the chain, where they are checked here and not by a chain node: deals,
 * status requests, and everything the devnet does.
 *
 * <ol>
 *   <li>{@link io.granary.protocol.signature.Signatures} checks a {@link
 *       io.granary.protocol.chain.Signature} over bytes against an address.
 *   <li>{@link io.granary.protocol.signature.WalletKey} signs, for the devnet's wallet and for
 *       tests; a provider's own keys stay in its chain node.
 *   <li>What both need of the curve secp256k1 is done by the {@link
 *       io.granary.protocol.signature.CurveLibrary} in use; the rules of what is a signature stand
 *       before it.
 * </ol>
 *
 * <p>Nothing here knows of messages, blocks or deals.
 */
@NullMarked
package io.granary.protocol.signature;

import org.jspecify.annotations.NullMarked;
