@NullMarked
package io.granary.sharding.sender;

import org.jspecify.annotations.NullMarked;
