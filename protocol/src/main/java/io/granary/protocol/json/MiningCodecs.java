package io.granary.protocol.json;

import static io.granary.protocol.json.BlockCodecs.BEACON_ENTRY;
import static io.granary.protocol.json.BlockCodecs.ELECTION_PROOF;
import static io.granary.protocol.json.BlockCodecs.POST;
import static io.granary.protocol.json.BlockCodecs.TICKET;
import static io.granary.protocol.json.JsonScalars.BOOL;
import static io.granary.protocol.json.JsonScalars.CID;
import static io.granary.protocol.json.JsonScalars.COUNT;
import static io.granary.protocol.json.JsonScalars.DECIMAL;
import static io.granary.protocol.json.JsonScalars.EPOCH;
import static io.granary.protocol.json.JsonScalars.SEALED_CID;
import static io.granary.protocol.json.JsonScalars.SEAL_PROOF;
import static io.granary.protocol.json.JsonScalars.SECTOR_NUMBER;
import static io.granary.protocol.json.JsonScalars.SECTOR_SIZE;
import static io.granary.protocol.json.JsonScalars.TIPSET_KEY;

import io.granary.protocol.ActorId;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.BlockMessage;
import io.granary.protocol.chain.BlockTemplate;
import io.granary.protocol.chain.MiningBaseInfo;
import io.granary.protocol.chain.MiningBaseInfo.WinningSector;

/** Codecs of what block production asks and submits. */
public final class MiningCodecs {
  public static final JsonCodec<WinningSector> SECTOR =
      JsonCodec.object(
          at ->
              new WinningSector(
                  at.get("SealProof", SEAL_PROOF),
                  at.get("SectorNumber", SECTOR_NUMBER),
                  at.get("SectorKey", SEALED_CID.orNull()),
                  at.get("SealedCID", SEALED_CID)),
          (sector, out) ->
              out.put("SealProof", SEAL_PROOF, sector.sealProof())
                  .put("SectorNumber", SECTOR_NUMBER, sector.number())
                  .put("SectorKey", SEALED_CID.orNull(), sector.sectorKey())
                  .put("SealedCID", SEALED_CID, sector.sealed()));

  private final JsonCodec<MiningBaseInfo> baseInfo;
  private final JsonCodec<BlockTemplate> template;
  private final JsonCodec<BlockMessage> block;

  MiningCodecs(
      JsonCodec<Address> address,
      JsonCodec<ActorId> actorId,
      BlockCodecs blocks,
      MessageCodecs messages) {
    baseInfo = baseInfo(address);
    template = template(actorId, messages);
    block =
        JsonCodec.object(
            at ->
                new BlockMessage(
                    at.get("Header", blocks.header()),
                    at.get("BlsMessages", CID.listOrNull()),
                    at.get("SecpkMessages", CID.listOrNull())),
            (value, out) ->
                out.put("Header", blocks.header(), value.header())
                    .put("BlsMessages", CID.listOrNull(), value.blsMessages())
                    .put("SecpkMessages", CID.listOrNull(), value.secpkMessages()));
  }

  /** What MinerGetBaseInfo answers, unless it is null. */
  public JsonCodec<MiningBaseInfo> baseInfo() {
    return baseInfo;
  }

  /** What MinerCreateBlock takes. */
  public JsonCodec<BlockTemplate> template() {
    return template;
  }

  /** What MinerCreateBlock answers and SyncSubmitBlock takes. */
  public JsonCodec<BlockMessage> block() {
    return block;
  }

  private static JsonCodec<MiningBaseInfo> baseInfo(JsonCodec<Address> address) {
    return JsonCodec.object(
        at ->
            new MiningBaseInfo(
                at.get("MinerPower", DECIMAL),
                at.get("NetworkPower", DECIMAL),
                at.get("Sectors", SECTOR.listOrNull()),
                at.get("WorkerKey", address),
                at.get("SectorSize", SECTOR_SIZE),
                at.get("PrevBeaconEntry", BEACON_ENTRY),
                at.get("BeaconEntries", BEACON_ENTRY.listOrNull()),
                at.get("EligibleForMining", BOOL)),
        (info, out) ->
            out.put("MinerPower", DECIMAL, info.minerPower())
                .put("NetworkPower", DECIMAL, info.networkPower())
                .put("Sectors", SECTOR.listOrNull(), info.sectors())
                .put("WorkerKey", address, info.workerKey())
                .put("SectorSize", SECTOR_SIZE, info.sectorSize())
                .put("PrevBeaconEntry", BEACON_ENTRY, info.previousBeaconEntry())
                .put("BeaconEntries", BEACON_ENTRY.listOrNull(), info.beaconEntries())
                .put("EligibleForMining", BOOL, info.eligible()));
  }

  private static JsonCodec<BlockTemplate> template(
      JsonCodec<ActorId> actorId, MessageCodecs messages) {
    return JsonCodec.object(
        at ->
            new BlockTemplate(
                at.get("Miner", actorId),
                at.get("Parents", TIPSET_KEY),
                at.get("Ticket", TICKET),
                at.get("Eproof", ELECTION_PROOF),
                at.get("BeaconValues", BEACON_ENTRY.list()),
                at.get("Messages", messages.signedParameter().list()),
                at.get("Epoch", EPOCH),
                at.get("Timestamp", COUNT),
                at.get("WinningPoStProof", POST.list())),
        (value, out) ->
            out.put("Miner", actorId, value.miner())
                .put("Parents", TIPSET_KEY, value.parents())
                .put("Ticket", TICKET, value.ticketVrfProof())
                .put("Eproof", ELECTION_PROOF, value.electionProof())
                .put("BeaconValues", BEACON_ENTRY.list(), value.beaconEntries())
                .put("Messages", messages.signedParameter().list(), value.messages())
                .put("Epoch", EPOCH, value.epoch())
                .put("Timestamp", COUNT, value.timestamp())
                .put("WinningPoStProof", POST.list(), value.winningPoStProof()));
  }
}
