package io.granary.protocol.chain;

import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;

/** A proposed change of beneficiary that waits for the approvals of both sides. */
public record PendingBeneficiaryChange(
    Address newBeneficiary,
    TokenAmount newQuota,
    Epoch newExpiration,
    boolean approvedByBeneficiary,
    boolean approvedByNominee) {}
