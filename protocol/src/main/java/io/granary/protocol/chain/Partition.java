package io.granary.protocol.chain;

import io.granary.protocol.bitfield.BitField;

/** The sectors of one partition by condition (StateMinerPartitions). */
public record Partition(
    BitField allSectors,
    BitField faultySectors,
    BitField recoveringSectors,
    BitField liveSectors,
    BitField activeSectors) {}
