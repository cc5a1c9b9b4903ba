package io.granary.protocol.port;

import io.granary.protocol.deal.StagedFile;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import java.util.concurrent.CompletionStage;

/** The files of deals on this node's disks. Stages fail with what the file system said. */
public interface DealFiles {
  /**
   * Takes an operator's file as a deal's data, where it lies: it is only looked at, and never moved
   * or deleted. {@link DealFetcher#copy} brings it into staging.
   *
   * @param path absolute, on this node; of a symbolic link the file is taken that it leads to now
   * @param payloadBytesMax the most it may hold
   */
  CompletionStage<StagedFile> adopt(String path, long payloadBytesMax);

  /** The commitment of {@code file} in a piece of {@code piece}'s size. Takes minutes for a GiB. */
  CompletionStage<Commitment> commP(StagedFile file, PieceInfo piece);

  /**
   * What a sector's order names {@code file} by ({@link StagedFile#source}). Fails when it should
   * be on this node and is not; one staged on another node is not looked at.
   */
  CompletionStage<String> source(StagedFile file);
}
