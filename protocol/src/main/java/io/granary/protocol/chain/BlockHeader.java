package io.granary.protocol.chain;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.address.Address;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.cbor.CborReader;
import io.granary.protocol.cbor.CborWriter;
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
    TokenAmount parentBaseFee)
    implements CborEncodable {
  private static final int FIELDS = 16;

  public BlockHeader {
    beaconEntries = List.copyOf(beaconEntries);
    winPoStProof = List.copyOf(winPoStProof);
    parents = List.copyOf(parents);
  }

  /** The block's CID: that of the signed header. */
  public Cid cid() {
    return Cid.dagCborBlake2b(toCbor());
  }

  /** What the worker key signs: the header's CBOR with null for its signature. */
  public Bytes signingBytes() {
    CborWriter writer = new CborWriter();
    write(writer, Optional.empty());
    return writer.toBytes();
  }

  /** This header signed with {@code signature}. */
  public BlockHeader withBlockSig(Signature signature) {
    return new BlockHeader(
        miner,
        ticketVrfProof,
        electionProof,
        beaconEntries,
        winPoStProof,
        parents,
        parentWeight,
        height,
        parentStateRoot,
        parentMessageReceipts,
        messages,
        blsAggregate,
        timestamp,
        Optional.of(signature),
        forkSignaling,
        parentBaseFee);
  }

  /** Reads {@link #toCbor}; a {@link io.granary.protocol.cbor.CborException} says what is wrong. */
  public static BlockHeader fromCbor(Bytes cbor) {
    return CborReader.decode(cbor, "BlockHeader", BlockHeader::readFrom);
  }

  /** Reads the value where a reader stands. */
  public static BlockHeader readFrom(CborReader reader) {
    return reader.struct(
        "",
        FIELDS,
        r ->
            new BlockHeader(
                r.address("miner"),
                r.optional(
                    "ticket",
                    ticket ->
                        ticket.struct("", 1, t -> t.bytes("vrfProof", CborReader.MAX_BYTE_STRING))),
                r.optional("electionProof", ElectionProof::readFrom),
                r.list("beaconEntries", CborReader.MAX_LIST_ITEMS, BeaconEntry::readFrom),
                r.list("winPoStProof", CborReader.MAX_LIST_ITEMS, PoStProof::readFrom),
                r.list("parents", CborReader.MAX_LIST_ITEMS, cid -> cid.cid("")),
                r.bigInteger("parentWeight"),
                r.epoch("height"),
                r.cid("parentStateRoot"),
                r.cid("parentMessageReceipts"),
                r.cid("messages"),
                r.optional("blsAggregate", Signature::readFrom),
                r.uint("timestamp"),
                r.optional("blockSig", Signature::readFrom),
                r.uint64("forkSignaling"),
                r.amount("parentBaseFee")));
  }

  @Override
  public void writeTo(CborWriter writer) {
    write(writer, blockSig);
  }

  private void write(CborWriter writer, Optional<Signature> signature) {
    writer
        .array(FIELDS)
        .address(miner)
        .optional(ticketVrfProof, (w, proof) -> w.array(1).bytes(proof))
        .optional(electionProof, CborWriter::value)
        .list(beaconEntries)
        .list(winPoStProof)
        .list(parents, CborWriter::cid)
        .bigInteger(parentWeight)
        .int64(height.value())
        .cid(parentStateRoot)
        .cid(parentMessageReceipts)
        .cid(messages)
        .optional(blsAggregate, CborWriter::value)
        .uint64(timestamp)
        .optional(signature, CborWriter::value)
        .uint64(forkSignaling)
        .amount(parentBaseFee);
  }
}
