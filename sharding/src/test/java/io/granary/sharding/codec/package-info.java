@NullMarked
package io.granary.sharding.codec;

import org.jspecify.annotations.NullMarked;
