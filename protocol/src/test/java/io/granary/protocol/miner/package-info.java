@NullMarked
package io.granary.protocol.miner;

import org.jspecify.annotations.NullMarked;
