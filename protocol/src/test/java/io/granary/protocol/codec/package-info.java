@NullMarked
package io.granary.protocol.codec;

import org.jspecify.annotations.NullMarked;
