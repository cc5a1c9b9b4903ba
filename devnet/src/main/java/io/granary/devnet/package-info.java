/**
 * A small Filecoin chain of our own behind the Lotus v1 JSON-RPC, for a first run and for tests.
 *
 * <ol>
 *   <li>{@link io.granary.devnet.Devnet#start} opens wallet, log and chain in a data directory and
 *       starts the server of {@code rpc}.
 *   <li>{@code rpc} answers queries from the tipsets of {@code chain} and pushes messages to its
 *       pool.
 *   <li>{@code chain} makes blocks on a timer or step by step; {@code actor} says what their
 *       messages do to the immutable snapshots of {@code state}, by the constants of {@code
 *       policy}.
 *   <li>Proofs go through the port {@link io.granary.protocol.port.ProofVerifier} and are never
 *       taken on trust, unless the settings ask for mainnet's optimistic acceptance.
 * </ol>
 *
 * What differs from a real node and from mainnet stands in the module's README.
 */
@NullMarked
package io.granary.devnet;

import org.jspecify.annotations.NullMarked;
