@NullMarked
package io.granary.protocol.job;

import org.jspecify.annotations.NullMarked;
