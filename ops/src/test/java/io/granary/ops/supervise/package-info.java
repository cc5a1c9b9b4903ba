@NullMarked
package io.granary.ops.supervise;

import org.jspecify.annotations.NullMarked;
