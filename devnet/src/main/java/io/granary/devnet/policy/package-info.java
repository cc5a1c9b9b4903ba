/**
 * The constants of a chain and the proving grid that follows from them (chain.md 4.5, 5.1). Every
 * rule of the actors reads its numbers here, so that a demo chain with short periods and a chain
 * with mainnet's numbers run the same code.
 */
@NullMarked
package io.granary.devnet.policy;

import org.jspecify.annotations.NullMarked;
