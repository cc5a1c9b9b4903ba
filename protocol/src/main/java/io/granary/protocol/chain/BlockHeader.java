package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cid.Cid;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A block header in the order of its CBOR tuple (lotus chain/types/blockheader.go). Genesis and
 * unsigned headers lack some parts.
 *
 * @param timestamp Unix seconds
 * @param parentBaseFee attoFIL per gas unit
 */
public record BlockHeader(
    Address miner,
    Optional<Bytes> ticketVrfProof,
    Optional<ElectionProof> electionProof,
    List<BeaconEntry> beaconEntries,
    List<PoStProof> winPoStProof,
    List<Cid> parents,
    BigInteger parentWeight,
    Epoch height,
    Cid parentStateRoot,
    Cid parentMessageReceipts,
    Cid messages,
    Optional<Signature> blsAggregate,
    long timestamp,
    Optional<Signature> blockSig,
    long forkSignaling,
    TokenAmount parentBaseFee) {
  public BlockHeader {
    beaconEntries = List.copyOf(beaconEntries);
    winPoStProof = List.copyOf(winPoStProof);
    parents = List.copyOf(parents);
  }
}
