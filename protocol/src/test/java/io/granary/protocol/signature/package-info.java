@NullMarked
package io.granary.protocol.signature;

import org.jspecify.annotations.NullMarked;
