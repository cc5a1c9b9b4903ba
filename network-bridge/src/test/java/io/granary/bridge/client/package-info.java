/** Tests of the data owner's side, against a provider that answers as Boost's wire forms say. */
@NullMarked
package io.granary.bridge.client;

import org.jspecify.annotations.NullMarked;
