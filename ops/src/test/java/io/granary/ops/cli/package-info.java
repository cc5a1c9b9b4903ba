@NullMarked
package io.granary.ops.cli;

import org.jspecify.annotations.NullMarked;
