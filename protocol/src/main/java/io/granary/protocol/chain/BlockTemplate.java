package io.granary.protocol.chain;

import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import java.util.List;

/**
 * What MinerCreateBlock makes a block of; the node adds weight, state, receipts, message root and
 * base fee, and signs (chain.md 6.1 step 7).
 *
 * @param parents the tipset to build on, never the head key
 * @param ticketVrfProof 96 bytes signed by the worker key
 * @param timestamp Unix seconds
 */
public record BlockTemplate(
    ActorId miner,
    TipSetKey parents,
    Bytes ticketVrfProof,
    ElectionProof electionProof,
    List<BeaconEntry> beaconEntries,
    List<SignedMessage> messages,
    Epoch epoch,
    long timestamp,
    List<PoStProof> winningPoStProof) {
  public BlockTemplate {
    beaconEntries = List.copyOf(beaconEntries);
    messages = List.copyOf(messages);
    winningPoStProof = List.copyOf(winningPoStProof);
  }
}
