@NullMarked
package io.granary.ops.http;

import org.jspecify.annotations.NullMarked;
