/**
 * The hash functions the chain uses: BLAKE2b for identities, SHA-256 for data, Keccak where keys
 * are Ethereum's.
 */
@NullMarked
package io.granary.protocol.hash;

import org.jspecify.annotations.NullMarked;
