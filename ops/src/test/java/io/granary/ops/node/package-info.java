@NullMarked
package io.granary.ops.node;

import org.jspecify.annotations.NullMarked;
