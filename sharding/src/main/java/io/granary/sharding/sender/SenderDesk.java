package io.granary.sharding.sender;

import io.granary.protocol.address.Address;
import io.granary.sharding.entity.SeenHead;

/**
 * What the parts of one sender share. Belongs to the one actor.
 *
 * @param steps the way outside
 * @param work what is under way in this life
 */
record SenderDesk(
    Address address,
    SenderSettings settings,
    SenderSteps steps,
    SenderWork work,
    SeenHead<SenderCommand> head,
    SenderOperatorLog log) {}
