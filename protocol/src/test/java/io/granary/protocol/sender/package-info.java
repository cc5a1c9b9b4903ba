@NullMarked
package io.granary.protocol.sender;

import org.jspecify.annotations.NullMarked;
