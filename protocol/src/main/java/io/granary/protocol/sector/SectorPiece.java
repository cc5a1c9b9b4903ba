package io.granary.protocol.sector;

import io.granary.protocol.piece.PieceInfo;

/**
 * A piece as it lies in the sector, and where it came from.
 *
 * @param payloadBytes length of the file; the rest of the piece is zeroes
 */
public record SectorPiece(PieceInfo info, String source, long payloadBytes) {}
