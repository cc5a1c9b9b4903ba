/** Tests of keys at rest and sealed content. */
@NullMarked
package io.granary.bridge.client.secret;

import org.jspecify.annotations.NullMarked;
