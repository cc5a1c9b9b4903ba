package io.granary.protocol.sector;

import io.granary.protocol.piece.Commitment;

/** What sealing made: the commitments that this ticket and these pieces lead to, and no others. */
public record Replica(Ticket ticket, Commitment commR, Commitment commD) {}
