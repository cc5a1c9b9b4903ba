package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DataActivationNotification;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.PreCommitSectorBatchParams;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.TerminateSectorsParams;
import io.granary.protocol.actor.WithdrawBalanceParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Batches, sectors with data, expirations, terminations and debt, by the deals recordings. */
final class BatchStage {
  private static final String CALL = "deals/StateCall--";
  private static final String PUSH = "deals/MpoolPushMessage--";
  private static final long DAY = 2880;
  private static final Bytes GOOD = FakeVerifier.good(192);
  private static final Bytes BAD = FakeVerifier.bad(192);
  private static final PieceInfo FIRST = new PieceInfo(ChainDriver.commitment("first"), 1024);
  private static final PieceInfo SECOND = new PieceInfo(ChainDriver.commitment("second"), 1024);
  private static final Commitment DATA = SectorLayout.of(2048, List.of(FIRST, SECOND)).commD();

  private final Provider provider;

  BatchStage(Provider provider) {
    this.provider = provider;
  }

  void fund(long fil) throws Exception {
    provider.result(
        "MpoolPushMessage",
        message(provider.key, provider.miner, TokenAmount.ofFil(fil), 0, Bytes.empty()),
        null);
    provider.blocks(2);
  }

  private SectorPreCommitInfo info(long number, long lifetime, Optional<Commitment> unsealed) {
    long head = provider.height();
    return new SectorPreCommitInfo(
        ChainDriver.SEAL,
        new SectorNumber(number),
        ChainDriver.commitment("replica " + number),
        new Epoch(head - 900),
        List.of(),
        new Epoch(head + lifetime),
        unsealed);
  }

  private SectorPreCommitInfo info(long number) {
    return info(number, 300 * DAY, Optional.empty());
  }

  private void preCommits(String name, List<SectorPreCommitInfo> infos) throws Exception {
    provider.simulate(
        CALL + name, MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, new PreCommitSectorBatchParams(infos));
  }

  void expirations() throws Exception {
    for (int days : new int[] {180, 181, 210, 211, 240, 1278, 1308, 1309, 1825, 1826}) {
      preCommits("pc-exp-" + days + "d", List.of(info(9000, days * DAY, Optional.empty())));
    }
  }

  void preCommitBatches() throws Exception {
    for (int size : new int[] {1, 2, 4, 8, 16, 32, 64, 128}) {
      preCommits("gas-pc-cc-batch" + size, batch(size, Optional.empty()));
      preCommits("gas-pc-data-batch" + size, batch(size, Optional.of(DATA)));
    }
    preCommits("pc-batch256", batch(256, Optional.empty()));
    preCommits("pc-batch257", batch(257, Optional.empty()));
    preCommits("pc-batch3-one-bad", List.of(info(1), info(2, 10, Optional.empty()), info(3)));
    SectorPreCommitInfo old = info(9000);
    preCommits(
        "pc-ticket-too-old",
        List.of(
            new SectorPreCommitInfo(
                old.sealProof(),
                old.sectorNumber(),
                old.sealed(),
                new Epoch(provider.height() - 5000),
                List.of(),
                old.expiration(),
                Optional.empty())));
    wrongUnsealedCid();
    SectorPreCommitInfo data = info(9000, 300 * DAY, Optional.of(DATA));
    preCommits(
        "pc-data-dealids-unknown",
        List.of(
            new SectorPreCommitInfo(
                data.sealProof(),
                data.sectorNumber(),
                data.sealed(),
                data.sealRandEpoch(),
                List.of(99L),
                data.expiration(),
                data.unsealed())));
  }

  private List<SectorPreCommitInfo> batch(int size, Optional<Commitment> unsealed) {
    List<SectorPreCommitInfo> infos = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      infos.add(info(10_000 + i, 300 * DAY, unsealed));
    }
    return infos;
  }

  private void wrongUnsealedCid() throws Exception {
    Bytes good =
        new PreCommitSectorBatchParams(List.of(info(9000, 300 * DAY, Optional.of(DATA)))).toCbor();
    String commD = "d82a5828000181e203922020" + DATA;
    String commR = "d82a5829000182e20381e80220" + DATA;
    provider.ask(
        CALL + "pc-data-commr-as-commd",
        message(
            provider.key,
            provider.miner,
            TokenAmount.ZERO,
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
            Bytes.fromHex(good.toHex().replace(commD, commR))),
        HEAD);
  }

  /** Precommits 1 with data, then 3, 4 and 11 to 14 without, and lets their seeds come. */
  void preCommitAll() throws Exception {
    pushPreCommits("precommit-data-s1", List.of(info(1, 300 * DAY, Optional.of(DATA))));
    pushPreCommits("precommit-batch3", List.of(info(3), info(4), info(5)));
    pushPreCommits("precommit-batch4", List.of(info(11), info(12), info(13), info(14)));
    provider.blocks(12);
  }

  private void pushPreCommits(String name, List<SectorPreCommitInfo> infos) throws Exception {
    provider.push(
        PUSH + name,
        provider.toMiner(
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2, new PreCommitSectorBatchParams(infos)));
  }

  private static PieceActivationManifest piece(PieceInfo piece) {
    return PieceActivationManifest.of(piece);
  }

  private static PieceActivationManifest piece(PieceInfo piece, String notified) {
    return new PieceActivationManifest(
        Cid.commP(piece.commP()),
        piece.paddedBytes(),
        Optional.empty(),
        List.of(new DataActivationNotification(Address.parse(notified), Bytes.fromHex("05"))));
  }

  private static SectorActivationManifest sector(long number, PieceActivationManifest... pieces) {
    return new SectorActivationManifest(new SectorNumber(number), Arrays.asList(pieces));
  }

  private static ProveCommitSectors3Params proofs(
      boolean strict, List<SectorActivationManifest> sectors, Bytes... proofs) {
    return new ProveCommitSectors3Params(
        sectors, Arrays.asList(proofs), Bytes.empty(), Optional.empty(), strict, strict);
  }

  private static ProveCommitSectors3Params aggregate(
      Optional<Long> type, List<Bytes> proofs, long... numbers) {
    List<SectorActivationManifest> sectors =
        Arrays.stream(numbers).mapToObj(number -> sector(number)).toList();
    return new ProveCommitSectors3Params(sectors, proofs, GOOD, type, true, true);
  }

  private void prove(String name, ProveCommitSectors3Params params) throws Exception {
    provider.simulate(CALL + name, MinerMethod.PROVE_COMMIT_SECTORS_3, params);
  }

  void dataSectors() throws Exception {
    prove("pc3-data-no-pieces", proofs(true, List.of(sector(1)), GOOD));
    prove("pc3-data-one-piece", proofs(true, List.of(sector(1, piece(FIRST))), GOOD));
    List<SectorActivationManifest> swapped = List.of(sector(1, piece(SECOND), piece(FIRST)));
    prove("pc3-data-order", proofs(true, swapped, GOOD));
    prove("pc3-data-order-lax", proofs(false, swapped, GOOD));
    PieceInfo large = new PieceInfo(SECOND.commP(), 2048);
    prove(
        "pc3-data-piece-size", proofs(true, List.of(sector(1, piece(FIRST), piece(large))), GOOD));
    prove(
        "pc3-data-too-many-pieces",
        proofs(true, List.of(sector(1, piece(FIRST), piece(SECOND), piece(FIRST))), GOOD));
    List<SectorActivationManifest> told =
        List.of(sector(1, piece(FIRST, provider.nodeKey), piece(SECOND)));
    prove("pc3-notify-account-strict", proofs(true, told, GOOD));
    prove("pc3-notify-account-lax", proofs(false, told, GOOD));
    List<SectorActivationManifest> twice =
        Collections.nCopies(2, sector(1, piece(FIRST), piece(SECOND)));
    prove("pc3-sector-twice", proofs(true, twice, GOOD, GOOD));
  }

  void batches() throws Exception {
    List<SectorActivationManifest> both = List.of(sector(3), sector(4));
    prove("pc3-empty", proofs(true, List.of()));
    prove("pc3-batch-proof-count", proofs(true, both, GOOD));
    prove("pc3-batch-one-bad-strict", proofs(true, both, GOOD, BAD));
    prove("pc3-batch-all-bad-lax", proofs(false, both, BAD, BAD));
    prove(
        "pc3-batch-unknown-sector-lax", proofs(false, List.of(sector(3), sector(555)), GOOD, GOOD));
    prove("pc3-both-proof-kinds", aggregate(Optional.of(1L), List.of(GOOD), 3));
    prove("pc3-aggregate-one", aggregate(Optional.of(1L), List.of(), 3));
    prove("agg-three-sectors", aggregate(Optional.of(1L), List.of(), 11, 12, 13));
    prove("agg-no-type", aggregate(Optional.empty(), List.of(), 11, 12, 13, 14));
    prove("agg-v1", aggregate(Optional.of(0L), List.of(), 11, 12, 13, 14));
    prove("pc3-batch1-good-statecall", proofs(true, List.of(sector(11)), GOOD));
    prove("pc3-batch2-good-statecall", proofs(true, List.of(sector(11), sector(12)), GOOD, GOOD));
    prove(
        "pc3-batch4-good-statecall",
        proofs(
            true, List.of(sector(11), sector(12), sector(13), sector(14)), GOOD, GOOD, GOOD, GOOD));
    pushProof("pc3-batch-one-bad-lax", proofs(false, both, GOOD, BAD));
    pushProof("pc3-cc-s4", proofs(true, List.of(sector(4)), GOOD));
    pushProof("pc3-data-s1", proofs(false, List.of(sector(1, piece(FIRST), piece(SECOND))), GOOD));
  }

  private void pushProof(String name, ProveCommitSectors3Params params) throws Exception {
    provider.push(PUSH + name, provider.toMiner(MinerMethod.PROVE_COMMIT_SECTORS_3, params));
  }

  /** Terminations of sector 4, which is in the deadline and partition it was given. */
  void terminations() throws Exception {
    long deadline =
        provider.result("StateSectorPartition", provider.miner, 4, HEAD).get("Deadline").asLong();
    ProvingStage proving = new ProvingStage(provider, deadline);
    proving.open(-20);
    terminate("terminate-deadline+1", deadline, 0, 4);
    proving.open(10);
    terminate("terminate-deadline+0", deadline, 0, 4);
    provider.goTo(provider.height() + 300);
    provider.blocks(1);
    provider.simulate(
        CALL + "terminate-empty",
        MinerMethod.TERMINATE_SECTORS,
        new TerminateSectorsParams(List.of()));
    terminate("terminate-unknown", deadline, 0, 555);
    terminate("terminate-wrong-partition", deadline, 9, 4);
    terminate("terminate-faulty", deadline, 0, 4);
    intoDebt(deadline);
  }

  private static TerminateSectorsParams termination(long deadline, long partition, long sector) {
    return new TerminateSectorsParams(
        List.of(new SectorDeclaration(deadline, partition, BitField.of(sector))));
  }

  private void terminate(String name, long deadline, long partition, long sector) throws Exception {
    provider.simulate(
        CALL + name, MinerMethod.TERMINATE_SECTORS, termination(deadline, partition, sector));
  }

  /** With nothing left, the penalties of the sectors that nobody proves become debt. */
  private void intoDebt(long deadline) throws Exception {
    provider.push(
        PUSH + "terminate-s11-into-debt",
        provider.toMiner(MinerMethod.TERMINATE_SECTORS, termination(deadline, 0, 4)));
    provider.result(
        "MpoolPushMessage",
        provider.toMiner(
            MinerMethod.WITHDRAW_BALANCE, new WithdrawBalanceParams(TokenAmount.ofFil(1000))),
        null);
    provider.blocks(2);
    preCommits("pc-no-funds", List.of(info(9000)));
    for (int i = 0; i < 3 && !inDebt(); i++) {
      provider.goTo(provider.height() + DAY);
      provider.blocks(1);
    }
    if (!inDebt()) {
      throw new AssertionError("the miner owes nothing");
    }
    preCommits("pc-in-debt", List.of(info(9000)));
    provider.ask(
        CALL + "pc-in-debt-value",
        message(
            provider.key,
            provider.miner,
            TokenAmount.ofFil(1),
            MinerMethod.PRE_COMMIT_SECTOR_BATCH_2,
            new PreCommitSectorBatchParams(List.of(info(9000))).toCbor()),
        HEAD);
    Bytes all = new WithdrawBalanceParams(TokenAmount.ofAtto(1_000_000)).toCbor();
    provider.ask(
        CALL + "withdraw-in-debt",
        message(provider.key, provider.miner, TokenAmount.ZERO, 16, all),
        HEAD);
    provider.ask(
        CALL + "withdraw-in-debt-value",
        message(provider.key, provider.miner, TokenAmount.ofFil(1), 16, all),
        HEAD);
    provider.ask(CALL + "repay-in-debt-zero", repay(TokenAmount.ZERO), HEAD);
    provider.ask(CALL + "repay-in-debt-partial", repay(TokenAmount.ofAtto(1000)), HEAD);
    provider.push(PUSH + "repay-debt", repay(TokenAmount.ofFil(1)));
    provider.push(PUSH + "repay-debt-maybe", repay(TokenAmount.ZERO));
  }

  private boolean inDebt() throws Exception {
    return provider
        .result("StateMinerAvailableBalance", provider.miner, HEAD)
        .asText()
        .startsWith("-");
  }

  private JsonNode repay(TokenAmount value) {
    return message(provider.key, provider.miner, value, MinerMethod.REPAY_DEBT, Bytes.empty());
  }
}
