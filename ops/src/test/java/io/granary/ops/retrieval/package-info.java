/** Tests of what this node can serve from its disks. */
@NullMarked
package io.granary.ops.retrieval;

import org.jspecify.annotations.NullMarked;
