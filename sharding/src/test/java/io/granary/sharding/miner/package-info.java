@NullMarked
package io.granary.sharding.miner;

import org.jspecify.annotations.NullMarked;
