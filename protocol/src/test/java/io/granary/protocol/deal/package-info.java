/** Deals: their wire forms, rules and life. */
@NullMarked
package io.granary.protocol.deal;

import org.jspecify.annotations.NullMarked;
