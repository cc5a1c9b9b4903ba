@NullMarked
package io.granary.sharding.winning;

import org.jspecify.annotations.NullMarked;
