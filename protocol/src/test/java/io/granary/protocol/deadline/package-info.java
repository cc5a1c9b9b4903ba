@NullMarked
package io.granary.protocol.deadline;

import org.jspecify.annotations.NullMarked;
