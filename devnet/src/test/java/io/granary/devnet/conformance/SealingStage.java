package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.RegisteredSealProof;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.CreateMinerParams;
import io.granary.protocol.actor.CreateMinerReturn;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PowerMethod;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.json.JsonScalars;
import io.granary.protocol.json.MinerCodecs;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.SectorLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** From CreateMiner to two committed sectors, with every wrong input that was recorded. */
final class SealingStage {
  /** PreCommitChallengeDelay of the recorded chain. */
  private static final int DELAY = 10;

  private static final int LOOKBACK = 900;
  private static final long LIFETIME = 662_410;

  private final Provider provider;

  SealingStage(Provider provider) {
    this.provider = provider;
  }

  void createMiner() throws Exception {
    provider.ask("StateCall--create-miner-no-deposit", create(10, TokenAmount.ZERO), HEAD);
    TokenAmount deposit =
        JsonScalars.AMOUNT.decode(provider.result("StateMinerCreationDeposit", HEAD));
    provider.ask("StateCall--create-miner-old-post-type", create(5, deposit), HEAD);
    JsonNode pushed = provider.asked("MpoolPushMessage--create-miner", create(10, deposit), null);
    provider.blocks(2);
    JsonNode lookup = provider.result("StateSearchMsg", HEAD, pushed.get("CID"), -1, true);
    CreateMinerReturn created =
        CreateMinerReturn.fromCbor(JsonScalars.BYTES.decode(lookup.at("/Receipt/Return")));
    provider.miner = created.idAddress().toText('t');
    provider.robust = created.robustAddress().toText('t');
    freshMiner();
  }

  private JsonNode create(int windowPoStType, TokenAmount value) {
    Address owner = Address.parse(provider.key);
    CreateMinerParams params =
        new CreateMinerParams(
            owner,
            owner,
            new RegisteredPoStProof(windowPoStType),
            Bytes.of("external sp test peer".getBytes(StandardCharsets.UTF_8)),
            List.of());
    return message(provider.key, "t04", value, PowerMethod.CREATE_MINER, params.toCbor());
  }

  private void freshMiner() throws Exception {
    provider.ask("StateMinerInfo--fresh-miner", provider.miner, HEAD);
    provider.ask("StateMinerInfo--at-head-tsk", provider.miner, provider.headKey());
    provider.ask("StateMinerInfo--robust", provider.robust, HEAD);
    provider.ask("StateMinerInfo--mainnet-prefix", "f" + provider.miner.substring(1), HEAD);
    provider.ask("StateMinerInfo", provider.miner, HEAD);
    provider.ask("StateMinerPower--fresh-miner", provider.miner, HEAD);
    provider.ask("StateMinerProvingDeadline--fresh-miner", provider.miner, HEAD);
    provider.ask("StateListMiners", HEAD);
    provider.ask("StateLookupID--robust-miner", provider.robust, HEAD);
    provider.ask("StateLookupRobustAddress", provider.miner, HEAD);
    provider.ask("StateAccountKey--miner-actor", provider.miner, HEAD);
    provider.ask("StateGetActor", provider.miner, HEAD);
    provider.ask("StateMinerRecoveries", provider.miner, HEAD);
    provider.ask("StateMinerFaults", provider.miner, HEAD);
    provider.ask("StateMinerPartitions--empty", provider.miner, 5, HEAD);
    provider.ask("StateMinerPartitions--out-of-range", provider.miner, 48, HEAD);
  }

  /** Money that lets the provider work and, later, owe. */
  void fundMiner() throws Exception {
    provider.client.result(
        "Filecoin.MpoolPushMessage",
        message(provider.key, provider.miner, TokenAmount.ofFil(2), 0, Bytes.empty()),
        null);
    provider.blocks(2);
    provider.ask("StateMinerAvailableBalance", provider.miner, HEAD);
  }

  private SectorPreCommitInfo info(long number) {
    long head = provider.height();
    return new SectorPreCommitInfo(
        ChainDriver.SEAL,
        new SectorNumber(number),
        ChainDriver.commitment("replica " + number),
        new Epoch(head - LOOKBACK),
        List.of(),
        new Epoch(head + LIFETIME),
        Optional.empty());
  }

  /** Wrong precommits, while sector 1 is precommitted. */
  void wrongPreCommits() throws Exception {
    long head = provider.height();
    SectorPreCommitInfo good = info(5000);
    simulate("neg-pc-empty-batch");
    simulate("neg-pc-dup-in-batch", good, good);
    simulate("neg-pc-used-number", info(1));
    simulate("neg-pc-rand-future", ticket(good, head + 100));
    simulate("neg-pc-rand-too-old", ticket(good, head - 4000));
    simulate("neg-pc-exp-short", expiring(good, head + 100 * 2880));
    simulate("neg-pc-exp-long", expiring(good, head + 10_512_000));
    simulate("neg-pc-old-proof-type", sealedAs(good, 0));
    simulate("neg-pc-wrong-size", sealedAs(good, 6));
    simulate("neg-pc-synthetic-proof-type", sealedAs(good, 10));
    simulate("neg-pc-explicit-commd", holding(good, SectorLayout.of(2048, List.of()).commD()));
    simulate("neg-pc-ok-no-value", good);
    wrongSealedCid(good);
    provider.ask(
        "StateCall--neg-pc-wrong-caller",
        message(
            provider.nodeKey,
            provider.miner,
            TokenAmount.ZERO,
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
            params(good)),
        HEAD);
    provider.ask(
        "MpoolPushMessage--neg-pc-used-number-estimated",
        provider.toMiner(
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
            new PreCommitSectorBatchParams(List.of(info(1)))),
        null);
  }

  /** The sealed CID's codec changed to that of unsealed ones: the same bytes but for one. */
  private void wrongSealedCid(SectorPreCommitInfo good) throws Exception {
    String hex = params(good).toHex();
    String commR = "d82a5829000182e20381e80220" + good.sealed();
    String commD = "d82a5828000181e203922020" + good.sealed();
    Bytes wrong = Bytes.fromHex(hex.replace(commR, commD));
    provider.ask(
        "StateCall--neg-pc-commd-as-commr",
        message(
            provider.key,
            provider.miner,
            TokenAmount.ZERO,
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
            wrong),
        HEAD);
  }

  private void simulate(String name, SectorPreCommitInfo... infos) throws Exception {
    provider.simulate(
        "StateCall--" + name,
        MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
        new PreCommitSectorBatchParams(Arrays.asList(infos)));
  }

  private static Bytes params(SectorPreCommitInfo info) {
    return new PreCommitSectorBatchParams(List.of(info)).toCbor();
  }

  void preCommit(int sector) throws Exception {
    SectorPreCommitInfo info = info(sector);
    JsonNode json = MinerCodecs.PRE_COMMIT_INFO.write(info);
    String s = "s" + sector;
    provider.ask("StateMinerPreCommitDepositForPower--" + s, provider.miner, json, HEAD);
    provider.ask("StateMinerInitialPledgeCollateral--" + s, provider.miner, json, HEAD);
    provider.push(
        "MpoolPushMessage--precommit-" + s,
        provider.toMiner(
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, new PreCommitSectorBatchParams(List.of(info))));
    provider.ask("StateSectorPreCommitInfo--" + s, provider.miner, sector, HEAD);
    provider.ask("StateSectorGetInfo--" + s + "-precommitted", provider.miner, sector, HEAD);
    provider.ask("StateSectorPartition--" + s + "-precommitted", provider.miner, sector, HEAD);
    provider.ask("StateMinerSectorAllocated--" + s + "-precommitted", provider.miner, sector, HEAD);
    long seedEpoch = provider.height() - 1 + DELAY;
    if (sector == 1) {
      provider.ask(
          "StateGetRandomnessFromBeacon--seed-too-early-s1",
          6,
          seedEpoch,
          JsonScalars.BYTES.write(entropy()),
          provider.headKey());
    }
    provider.draw(
        Optional.of("StateGetRandomnessFromTickets--seal-" + sector),
        "Tickets",
        RandomnessTag.SEAL_RANDOMNESS,
        info.sealRandEpoch().value(),
        entropy());
    provider.goTo(seedEpoch + 2);
    provider.draw(
        Optional.of("StateGetRandomnessFromBeacon--seed-s" + sector),
        "Beacon",
        RandomnessTag.INTERACTIVE_SEAL_CHALLENGE_SEED,
        seedEpoch,
        entropy());
  }

  private Bytes entropy() {
    return Randomness.minerEntropy(Address.parse(provider.miner).requireId());
  }

  /** Wrong prove-commits of sector 2, while it is precommitted and sector 1 is proven. */
  void wrongProofs() throws Exception {
    Bytes bad = FakeVerifier.bad(192);
    prove("neg-prove-bitflip-strict", 2, bad, true);
    prove("neg-prove-bitflip-lax", 2, bad, false);
    prove("neg-prove-other-proof", 2, FakeVerifier.bad(192), true);
    prove("neg-prove-short", 2, FakeVerifier.good(191), true);
    prove("neg-prove-empty", 2, Bytes.empty(), true);
    prove("neg-prove-unknown", 777, FakeVerifier.good(192), true);
    prove("neg-prove-already-committed", 1, FakeVerifier.good(192), true);
    provider.simulate(
        "StateCall--neg-prove-no-proofs",
        MinerMethod.PROVE_COMMIT_SECTORS_3,
        ProveCommitSectors3Params.of(List.of(manifest(2)), List.of()));
    provider.ask(
        "StateCall--neg-prove-wrong-caller",
        message(
            provider.nodeKey,
            provider.miner,
            TokenAmount.ZERO,
            MinerMethod.PROVE_COMMIT_SECTORS_3,
            proof(2, FakeVerifier.good(192), true).toCbor()),
        HEAD);
    refuse("neg-prove-bitflip-strict-estimated", proof(2, bad, true));
    refuse("neg-prove-bitflip-lax-estimated", proof(2, bad, false));
    refuse("neg-prove-other-proof-estimated", proof(2, bad, true));
    refuse("neg-prove-already-committed-estimated", proof(1, FakeVerifier.good(192), true));
    provider.ask("StateSectorPreCommitInfo--after-neg-s2", provider.miner, 2, HEAD);
    prove("prove-good-statecall", 2, FakeVerifier.good(192), true);
  }

  private void refuse(String name, ProveCommitSectors3Params params) throws Exception {
    provider.ask(
        "MpoolPushMessage--" + name,
        provider.toMiner(MinerMethod.PROVE_COMMIT_SECTORS_3, params),
        null);
  }

  private void prove(String name, long sector, Bytes proof, boolean strict) throws Exception {
    provider.simulate(
        "StateCall--" + name, MinerMethod.PROVE_COMMIT_SECTORS_3, proof(sector, proof, strict));
  }

  private static ProveCommitSectors3Params proof(long sector, Bytes proof, boolean strict) {
    return new ProveCommitSectors3Params(
        List.of(manifest(sector)), List.of(proof), Bytes.empty(), Optional.empty(), strict, strict);
  }

  private static SectorActivationManifest manifest(long sector) {
    return new SectorActivationManifest(new SectorNumber(sector), List.of());
  }

  /** Proves sector {@code sector}; gives the CID of the message. */
  JsonNode proveCommit(int sector) throws Exception {
    return provider.push(
        "MpoolPushMessage--provecommit-s" + sector,
        provider.toMiner(
            MinerMethod.PROVE_COMMIT_SECTORS_3, proof(sector, FakeVerifier.good(192), true)));
  }

  private static SectorPreCommitInfo ticket(SectorPreCommitInfo info, long epoch) {
    return copy(info, info.sealProof(), new Epoch(epoch), info.expiration(), info.unsealed());
  }

  private static SectorPreCommitInfo expiring(SectorPreCommitInfo info, long epoch) {
    return copy(info, info.sealProof(), info.sealRandEpoch(), new Epoch(epoch), info.unsealed());
  }

  private static SectorPreCommitInfo sealedAs(SectorPreCommitInfo info, int proofType) {
    return copy(
        info,
        new RegisteredSealProof(proofType),
        info.sealRandEpoch(),
        info.expiration(),
        info.unsealed());
  }

  private static SectorPreCommitInfo holding(SectorPreCommitInfo info, Commitment commD) {
    return copy(
        info, info.sealProof(), info.sealRandEpoch(), info.expiration(), Optional.of(commD));
  }

  private static SectorPreCommitInfo copy(
      SectorPreCommitInfo info,
      RegisteredSealProof sealProof,
      Epoch ticket,
      Epoch expiration,
      Optional<Commitment> unsealed) {
    return new SectorPreCommitInfo(
        sealProof, info.sectorNumber(), info.sealed(), ticket, List.of(), expiration, unsealed);
  }
}
