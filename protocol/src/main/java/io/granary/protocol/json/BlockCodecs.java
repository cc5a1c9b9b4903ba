package io.granary.protocol.json;

import static io.granary.protocol.json.JsonScalars.AMOUNT;
import static io.granary.protocol.json.JsonScalars.BYTES;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.DECIMAL;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.POST_PROOF;
import static io.granary.protocol.json.JsonScalars.TEXT;

import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BeaconEntry;
import io.granary.protocol.chain.BlockHeader;
import io.granary.protocol.chain.ChainPath;
import io.granary.protocol.chain.ElectionProof;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.chain.TipSet;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import java.util.ArrayList;
import java.util.List;

/** Codecs of block headers, tipsets and head changes. */
public final class BlockCodecs {
  public static final JsonCodec<BeaconEntry> BEACON_ENTRY =
      JsonCodec.object(
          at -> new BeaconEntry(at.get("Round", COUNT), at.get("Data", BYTES)),
          (entry, out) -> out.put("Round", COUNT, entry.round()).put("Data", BYTES, entry.data()));

  public static final JsonCodec<PoStProof> POST =
      JsonCodec.object(
          at -> new PoStProof(at.get("PoStProof", POST_PROOF), at.get("ProofBytes", BYTES)),
          (proof, out) ->
              out.put("PoStProof", POST_PROOF, proof.type())
                  .put("ProofBytes", BYTES, proof.proof()));

  public static final JsonCodec<ElectionProof> ELECTION_PROOF =
      JsonCodec.object(
          at -> new ElectionProof(at.get("WinCount", COUNT), at.get("VRFProof", BYTES)),
          (proof, out) ->
              out.put("WinCount", COUNT, proof.winCount())
                  .put("VRFProof", BYTES, proof.vrfProof()));

  /** {@code {"VRFProof":"…"}}. */
  public static final JsonCodec<Bytes> TICKET =
      JsonCodec.object(
          at -> at.get("VRFProof", BYTES), (proof, out) -> out.put("VRFProof", BYTES, proof));

  public static final JsonCodec<Signature> SIGNATURE =
      JsonCodec.object(
          at -> new Signature(at.get("Type", MessageCodecs.KIND), at.get("Data", BYTES)),
          (signature, out) ->
              out.put("Type", MessageCodecs.KIND, signature.kind())
                  .put("Data", BYTES, signature.data()));

  private final JsonCodec<BlockHeader> header;
  private final JsonCodec<TipSet> tipSet;
  private final JsonCodec<ChainPath> changes;

  BlockCodecs(JsonCodec<Address> address) {
    header = header(address);
    tipSet = JsonCodec.object(this::readTipSet, this::writeTipSet);
    changes = JsonCodec.of(this::readChanges, path -> change().list().write(toEntries(path)));
  }

  public JsonCodec<BlockHeader> header() {
    return header;
  }

  /** A tipset, whose blocks must be of its height and have the CIDs it names. */
  public JsonCodec<TipSet> tipSet() {
    return tipSet;
  }

  /** The array of reverts and applies that ChainGetPath answers. */
  public JsonCodec<ChainPath> path() {
    return changes;
  }

  /** One entry of ChainNotify. */
  public JsonCodec<HeadEvent> change() {
    return JsonCodec.object(
        at -> new HeadEvent(at.get("Type", EVENT_TYPE), at.get("Val", tipSet)),
        (event, out) ->
            out.put("Type", EVENT_TYPE, event.type()).put("Val", tipSet, event.tipSet()));
  }

  private static final JsonCodec<HeadEvent.Type> EVENT_TYPE =
      TEXT.map(HeadEvent.Type::ofText, HeadEvent.Type::text);

  private static JsonCodec<BlockHeader> header(JsonCodec<Address> address) {
    return JsonCodec.object(
        at ->
            new BlockHeader(
                at.get("Miner", address),
                at.get("Ticket", TICKET.orNull()),
                at.get("ElectionProof", ELECTION_PROOF.orNull()),
                at.get("BeaconEntries", BEACON_ENTRY.listOrNull()),
                at.get("WinPoStProof", POST.listOrNull()),
                at.get("Parents", CID.listOrNull()),
                at.get("ParentWeight", DECIMAL),
                at.get("Height", EPOCH),
                at.get("ParentStateRoot", CID),
                at.get("ParentMessageReceipts", CID),
                at.get("Messages", CID),
                at.get("BLSAggregate", SIGNATURE.orNull()),
                at.get("Timestamp", COUNT),
                at.get("BlockSig", SIGNATURE.orNull()),
                at.get("ForkSignaling", COUNT),
                at.get("ParentBaseFee", AMOUNT)),
        (block, out) ->
            out.put("Miner", address, block.miner())
                .put("Ticket", TICKET.orNull(), block.ticketVrfProof())
                .put("ElectionProof", ELECTION_PROOF.orNull(), block.electionProof())
                .put("BeaconEntries", BEACON_ENTRY.listOrNull(), block.beaconEntries())
                .put("WinPoStProof", POST.listOrNull(), block.winPoStProof())
                .put("Parents", CID.listOrNull(), block.parents())
                .put("ParentWeight", DECIMAL, block.parentWeight())
                .put("Height", EPOCH, block.height())
                .put("ParentStateRoot", CID, block.parentStateRoot())
                .put("ParentMessageReceipts", CID, block.parentMessageReceipts())
                .put("Messages", CID, block.messages())
                .put("BLSAggregate", SIGNATURE.orNull(), block.blsAggregate())
                .put("Timestamp", COUNT, block.timestamp())
                .put("BlockSig", SIGNATURE.orNull(), block.blockSig())
                .put("ForkSignaling", COUNT, block.forkSignaling())
                .put("ParentBaseFee", AMOUNT, block.parentBaseFee()));
  }

  private TipSet readTipSet(JsonCursor at) {
    List<Cid> cids = at.get("Cids", CID.list());
    List<BlockHeader> blocks = at.get("Blocks", header.list());
    Epoch height = at.get("Height", EPOCH);
    if (blocks.isEmpty()) {
      throw at.member("Blocks").problem("a tipset has at least one block");
    }
    TipSet read = new TipSet(new TipSetKey(cids), blocks, height);
    for (int i = 0; i < blocks.size(); i++) {
      JsonCursor block = at.member("Blocks").elements().get(i);
      if (!blocks.get(i).height().equals(height)) {
        throw block.member("Height").problem("expected the tipset's height " + height);
      }
      Cid computed = blocks.get(i).cid();
      if (!computed.equals(cids.get(i))) {
        throw block.problem("its CID is " + computed + ", not " + cids.get(i));
      }
    }
    return read;
  }

  private void writeTipSet(TipSet value, JsonMembers out) {
    out.put("Cids", CID.list(), value.key().cids())
        .put("Blocks", header.list(), value.blocks())
        .put("Height", EPOCH, value.height());
  }

  private ChainPath readChanges(JsonCursor at) {
    List<TipSet> reverted = new ArrayList<>();
    List<TipSet> applied = new ArrayList<>();
    for (JsonCursor element : at.isNull() ? List.<JsonCursor>of() : at.elements()) {
      HeadEvent event = change().read(element);
      switch (event.type()) {
        case REVERT -> {
          if (!applied.isEmpty()) {
            throw element.problem("a revert after an apply");
          }
          reverted.add(event.tipSet());
        }
        case APPLY -> applied.add(event.tipSet());
        case CURRENT -> throw element.problem("expected revert or apply, got current");
      }
    }
    return new ChainPath(reverted, applied);
  }

  private static List<HeadEvent> toEntries(ChainPath path) {
    List<HeadEvent> events = new ArrayList<>();
    path.reverted().forEach(t -> events.add(new HeadEvent(HeadEvent.Type.REVERT, t)));
    path.applied().forEach(t -> events.add(new HeadEvent(HeadEvent.Type.APPLY, t)));
    return events;
  }
}
