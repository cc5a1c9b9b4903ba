/** Tests of the schema's migrations. */
@NullMarked
package io.granary.persistence.schema;

import org.jspecify.annotations.NullMarked;
