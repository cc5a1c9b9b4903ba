@NullMarked
package io.granary.sharding.chain;

import org.jspecify.annotations.NullMarked;
