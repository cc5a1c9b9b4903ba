@NullMarked
package io.granary.protocol.port;

import org.jspecify.annotations.NullMarked;
