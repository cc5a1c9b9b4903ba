/** Tests of the demo's parts; the whole of it is told in {@code io.granary.ops.scenario}. */
@NullMarked
package io.granary.ops.demo;

import org.jspecify.annotations.NullMarked;
