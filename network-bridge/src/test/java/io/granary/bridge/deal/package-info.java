/** The deal protocols over loopback, against a desk that does what a test tells it. */
@NullMarked
package io.granary.bridge.deal;

import org.jspecify.annotations.NullMarked;
