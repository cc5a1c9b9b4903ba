@NullMarked
package io.granary.sharding;

import org.jspecify.annotations.NullMarked;
