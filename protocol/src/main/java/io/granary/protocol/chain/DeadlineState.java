package io.granary.protocol.chain;

import io.granary.protocol.TokenAmount;
import io.granary.protocol.bitfield.BitField;

/** What StateMinerDeadlines says of one deadline: which partitions were posted, and its fee. */
public record DeadlineState(
    BitField postSubmissions, long disputableProofCount, TokenAmount dailyFee) {}
