/** What a Lotus node answered, for the tests of every module that reads or writes its JSON. */
@NullMarked
package io.granary.protocol.recorded;

import org.jspecify.annotations.NullMarked;
