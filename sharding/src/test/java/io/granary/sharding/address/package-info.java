@NullMarked
package io.granary.sharding.address;

import org.jspecify.annotations.NullMarked;
