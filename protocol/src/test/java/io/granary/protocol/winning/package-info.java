@NullMarked
package io.granary.protocol.winning;

import org.jspecify.annotations.NullMarked;
