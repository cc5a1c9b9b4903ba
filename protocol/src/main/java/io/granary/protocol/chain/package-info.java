/** What a chain node says: tipsets, messages, miner state. */
@NullMarked
package io.granary.protocol.chain;

import org.jspecify.annotations.NullMarked;
