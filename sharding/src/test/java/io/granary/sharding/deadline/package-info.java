@NullMarked
package io.granary.sharding.deadline;

import org.jspecify.annotations.NullMarked;
