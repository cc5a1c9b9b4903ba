/**
 * Hashes, keys and signatures of chain.md 1.8. {@link io.granary.devnet.crypto.WalletKey} signs,
 * {@link io.granary.devnet.crypto.Signatures} checks; nothing here knows of messages or blocks.
 */
@NullMarked
package io.granary.devnet.crypto;

import org.jspecify.annotations.NullMarked;
