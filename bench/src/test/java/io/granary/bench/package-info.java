/** Tests of the benchmarks' frame. */
@NullMarked
package io.granary.bench;

import org.jspecify.annotations.NullMarked;
