/** What entities are told and answer, on the wire: Protobuf through one serializer an entity. */
@NullMarked
package io.granary.sharding.codec;

import org.jspecify.annotations.NullMarked;
