/** CAR files against outside fixtures and random input. */
@NullMarked
package io.granary.bridge.car;

import org.jspecify.annotations.NullMarked;
