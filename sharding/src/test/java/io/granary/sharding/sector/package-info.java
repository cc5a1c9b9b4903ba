@NullMarked
package io.granary.sharding.sector;

import org.jspecify.annotations.NullMarked;
