package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.key;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.ChainDriver;
import io.granary.devnet.RpcClient;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.json.MinerCodecs;
import java.util.List;
import java.util.Optional;

/** What a node tells of sectors and of the message that committed one. */
final class SectorQueriesStage {
  private final Provider provider;

  SectorQueriesStage(Provider provider) {
    this.provider = provider;
  }

  /** Once sector 1 is committed by the message {@code cid}. */
  void committed(JsonNode cid) throws Exception {
    JsonNode lookup = provider.asked("StateSearchMsg", HEAD, cid, -1, true);
    provider.blocks(2);
    provider.ask("StateWaitMsg", cid, 2, -1, true);
    provider.ask("ChainGetMessage", cid);
    JsonNode carrier = provider.result("ChainGetTipSet", lookup.get("TipSet"));
    JsonNode including = carrier.at("/Blocks/0/Parents/0");
    provider.ask("ChainGetBlock--with-message", including);
    provider.ask("ChainGetBlockMessages", including);
    provider.ask("ChainGetParentMessages", lookup.at("/TipSet/0"));
    provider.ask("ChainGetParentReceipts", lookup.at("/TipSet/0"));
    provider.ask(
        "StateListMessages", RpcClient.JSON.createObjectNode().put("To", provider.miner), HEAD, 0);
    deals();
    provider.ask("StateSectorPreCommitInfo--proven", provider.miner, 1, HEAD);
    provider.ask("StateSectorPreCommitInfo--unknown", provider.miner, 99_999, HEAD);
    provider.ask("StateSectorGetInfo", provider.miner, 1, HEAD);
    provider.ask("StateSectorGetInfo--unknown", provider.miner, 99_999, HEAD);
    provider.ask("StateSectorPartition", provider.miner, 1, HEAD);
    provider.ask("StateSectorPartition--unknown", provider.miner, 99_999, HEAD);
    provider.ask("StateSectorExpiration", provider.miner, 1, HEAD);
    provider.ask("StateSectorExpiration--unknown", provider.miner, 99_999, HEAD);
    provider.ask("StateMinerSectorAllocated", provider.miner, 1, HEAD);
    provider.ask("StateMinerSectorAllocated--free", provider.miner, 4242, HEAD);
    provider.ask("StateMinerAllocated", provider.miner, HEAD);
    provider.ask("StateMinerSectors--filtered", provider.miner, List.of(1, 1), HEAD);
    deposits();
  }

  /** Market and verified registry know nothing of anybody yet. */
  private void deals() throws Exception {
    provider.ask("StateMarketBalance", provider.key, HEAD);
    provider.ask("StateMarketBalance--miner", provider.miner, HEAD);
    provider.ask("StateDealProviderCollateralBounds", 2048, false, HEAD);
    provider.ask("StateGetAllocation--none", provider.key, 1, HEAD);
    provider.ask("StateGetAllocations--none", provider.key, HEAD);
    provider.ask("StateGetClaims--none", provider.miner, HEAD);
    provider.ask("StateVerifiedClientStatus", provider.key, HEAD);
  }

  private void deposits() throws Exception {
    long head = provider.height();
    JsonNode info =
        MinerCodecs.PRE_COMMIT_INFO.write(
            new SectorPreCommitInfo(
                ChainDriver.SEAL,
                new SectorNumber(4242),
                ChainDriver.commitment("replica"),
                new Epoch(head - 900),
                List.of(),
                new Epoch(head + 662_410),
                Optional.empty()));
    provider.ask("StateMinerPreCommitDepositForPower", provider.miner, info, HEAD);
    provider.ask("StateMinerInitialPledgeCollateral", provider.miner, info, HEAD);
  }

  /** Once sector 1 has power and sector 2 is committed. */
  void proven(long deadline) throws Exception {
    provider.ask("StateMinerSectors", provider.miner, null, HEAD);
    provider.ask("StateMinerActiveSectors", provider.miner, HEAD);
    provider.ask("StateMinerSectorCount", provider.miner, HEAD);
    provider.ask("StateMinerPower", provider.miner, HEAD);
    provider.ask("StateMinerPower--before-bad-post", provider.miner, HEAD);
    provider.ask("StateMinerProvingDeadline", provider.miner, HEAD);
    provider.ask("StateMinerDeadlines", provider.miner, HEAD);
    provider.ask("StateMinerPartitions", provider.miner, deadline, HEAD);
    provider.ask("ChainHead--after-external-block");
    provider.ask("ChainGetMessage--lotus-miner-wdpost", lastPost());
    JsonNode cid = lastPost();
    provider.ask(
        "StateSearchMsg--lotus-miner-wdpost", key(provider.devnet.head().key()), cid, -1, true);
  }

  /** The CID of the last window PoSt that landed. */
  private JsonNode lastPost() throws Exception {
    JsonNode all =
        provider.result(
            "StateListMessages",
            RpcClient.JSON.createObjectNode().put("To", provider.miner),
            HEAD,
            0);
    for (JsonNode cid : all) {
      if (provider.result("ChainGetMessage", cid).get("Method").asLong() == 5) {
        return cid;
      }
    }
    throw new AssertionError("no window PoSt landed");
  }
}
