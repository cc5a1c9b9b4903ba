package io.granary.devnet.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.granary.devnet.ChainDriver;
import io.granary.devnet.FakeVerifier;
import io.granary.devnet.Policies;
import io.granary.devnet.state.ChainState;
import io.granary.devnet.state.LedgerActor;
import io.granary.devnet.state.MarketState;
import io.granary.devnet.state.StorageDeal;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.SectorNumber;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.BuiltinActors;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DataActivationNotification;
import io.granary.protocol.actor.DealLabel;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.MarketMethod;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PieceActivationManifest;
import io.granary.protocol.actor.ProveCommitSectors3Params;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.actor.PublishStorageDealsReturn;
import io.granary.protocol.actor.SectorActivationManifest;
import io.granary.protocol.actor.SettleDealPaymentsReturn;
import io.granary.protocol.actor.VerifiedAllocationKey;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborWriter;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.SectorPreCommitInfo;
import io.granary.protocol.chain.Signature;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.piece.Commitment;
import io.granary.protocol.piece.PieceInfo;
import io.granary.protocol.piece.SectorLayout;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PaymentOutcome;
import io.granary.protocol.signature.WalletKey;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no recording shows: ends of deals, DataCap in power, and what a restart keeps. */
class MarketTest {
  private static final TokenAmount PRICE = TokenAmount.ofAtto(1000);
  private static final TokenAmount COLLATERAL = TokenAmount.ofAtto(5_000_000);
  private static final TokenAmount PAID_IN = TokenAmount.ofFil(1);
  private static final PieceInfo PIECE = new PieceInfo(ChainDriver.commitment("piece"), 2048);
  private static final long DURATION = 300;

  /** A chain on which deals last some hundred epochs and faults end them soon. */
  private static final String SHORT =
      "max-prove-commit-duration = 20, expired-pre-commit-clean-up-delay = 5,"
          + " min-sector-lifetime = 60, fault-max-age = 90, vesting-duration = 200";

  @TempDir Path directory;
  private final WalletKey client =
      WalletKey.derive(
          Signature.Kind.SECP256K1,
          "the key of the client in the market's test".getBytes(StandardCharsets.UTF_8));
  private ChainDriver driver;
  private ActorId miner;
  private ActorId clientId;

  @BeforeEach
  void start() {
    driver = new ChainDriver(directory, Policies.with(SHORT));
    miner = driver.createMiner();
    driver.included(driver.push(client.address(), TokenAmount.ofFil(2), 0, Bytes.empty()));
    clientId = state().resolve(client.address()).orElseThrow();
    pay(Address.ofId(miner));
    pay(client.address());
  }

  @AfterEach
  void stop() throws IOException {
    driver.close();
  }

  private void pay(Address owner) {
    Receipt paid =
        driver.send(
            BuiltinActors.STORAGE_MARKET,
            PAID_IN,
            MarketMethod.ADD_BALANCE,
            writer -> writer.address(owner));
    assertThat(paid.succeeded()).isTrue();
  }

  private ChainState state() {
    return driver.chain().head().after();
  }

  private MarketState market() {
    return state().market();
  }

  private TokenAmount balance(ActorId id) {
    return state().actor(id).map(LedgerActor::balance).orElseThrow();
  }

  private ClientDealProposal deal(long start, boolean verified) {
    DealProposal proposal =
        new DealProposal(
            Cid.commP(PIECE.commP()),
            PIECE.paddedBytes(),
            verified,
            client.address(),
            Address.ofId(miner),
            new DealLabel.Text(""),
            new Epoch(start),
            new Epoch(start + DURATION),
            PRICE,
            COLLATERAL,
            COLLATERAL);
    return new ClientDealProposal(proposal, client.sign(proposal.toCbor()));
  }

  private long published(ClientDealProposal deal) {
    Receipt receipt =
        driver.send(
            BuiltinActors.STORAGE_MARKET,
            TokenAmount.ZERO,
            MarketMethod.PUBLISH_STORAGE_DEALS,
            new PublishStorageDealsParams(List.of(deal)));
    assertThat(receipt.exitCode()).isZero();
    return PublishStorageDealsReturn.fromCbor(receipt.returnValue()).dealIds().get(0);
  }

  private SectorPreCommitInfo info(List<Long> deals, long number, Optional<Commitment> commD) {
    SectorPreCommitInfo plain = driver.preCommitInfo(number);
    return new SectorPreCommitInfo(
        plain.sealProof(),
        plain.sectorNumber(),
        plain.sealed(),
        plain.sealRandEpoch(),
        deals,
        plain.expiration(),
        commD);
  }

  private static Optional<Commitment> commD() {
    return Optional.of(SectorLayout.of(2048, List.of(PIECE)).commD());
  }

  private void commit(Optional<VerifiedAllocationKey> allocation, long deal) {
    SectorPreCommitInfo info = info(List.of(), 1, commD());
    assertThat(driver.preCommit(miner, info).exitCode()).isZero();
    driver.stepTo(driver.epoch() + driver.policy.preCommitChallengeDelay() + 1);
    PieceActivationManifest piece =
        new PieceActivationManifest(
            Cid.commP(PIECE.commP()),
            PIECE.paddedBytes(),
            allocation,
            List.of(
                new DataActivationNotification(
                    BuiltinActors.STORAGE_MARKET, new CborWriter().uint64(deal).toBytes())));
    Receipt committed =
        driver.send(
            Address.ofId(miner),
            TokenAmount.ofFil(1),
            MinerMethod.PROVE_COMMIT_SECTORS_3,
            new ProveCommitSectors3Params(
                List.of(new SectorActivationManifest(new SectorNumber(1), List.of(piece))),
                List.of(FakeVerifier.good(ChainDriver.PROOF_BYTES)),
                Bytes.empty(),
                Optional.empty(),
                true,
                true));
    assertThat(committed.exitCode()).isZero();
  }

  private Receipt settle(long deal) {
    Receipt receipt =
        driver.send(
            BuiltinActors.STORAGE_MARKET,
            TokenAmount.ZERO,
            MarketMethod.SETTLE_DEAL_PAYMENTS,
            writer -> writer.bitField(BitField.of(deal)));
    assertThat(receipt.exitCode()).isZero();
    return receipt;
  }

  /** What the market says of {@code deal} alone, read as the provider's publisher does. */
  private PaymentOutcome.Settled settled(Payable deal) {
    Receipt receipt = settle(deal.chainDealId());
    return PaymentOutcome.read(List.of(deal), receipt, new Epoch(driver.epoch())).get(0);
  }

  /** All that the market holds belongs to somebody. */
  private void assertSound() {
    TokenAmount sum = TokenAmount.ZERO;
    for (TokenAmount amount : market().escrow().values()) {
      sum = sum.plus(amount);
    }
    assertThat(balance(new ActorId(5))).isEqualTo(sum);
  }

  @Test
  void paysTheWholePriceAndUnlocksAll_whenADealEnds() {
    long start = driver.epoch() + 30;
    long deal = published(deal(start, false));
    assertThat(market().lockedOf(clientId)).isEqualTo(COLLATERAL.plus(PRICE.times(DURATION)));
    assertThat(market().lockedOf(miner)).isEqualTo(COLLATERAL);
    commit(Optional.empty(), deal);
    assertThat(market().deal(deal).flatMap(StorageDeal::activation)).isPresent();
    long deadline = driver.locate(miner, 1).deadline();
    Payable payable =
        Payable.first(
            new DealId(new UUID(0, deal)),
            deal,
            PRICE,
            COLLATERAL,
            new Epoch(start),
            new Epoch(start + DURATION));
    assertThat(settled(payable).settlement())
        .as("before its start")
        .isEqualTo(SettleDealPaymentsReturn.Settlement.NOTHING);
    TokenAmount paid = TokenAmount.ZERO;
    while (driver.epoch() < start + DURATION) {
      assertThat(driver.prove(miner, deadline, 0).exitCode()).isZero();
      driver.closeDeadline(miner);
      SettleDealPaymentsReturn.Settlement some = settled(payable).settlement();
      paid = paid.plus(some.payment());
      assertThat(paid).isEqualTo(payable.owed(new Epoch(driver.epoch())));
      assertThat(some.completed()).isEqualTo(payable.ended(new Epoch(driver.epoch())));
    }
    assertThat(settled(payable).refusal().orElseThrow()).contains("it ended at epoch");

    assertThat(market().deals()).isEmpty();
    assertThat(market().locked()).isEmpty();
    assertThat(market().escrowOf(miner)).isEqualTo(PAID_IN.plus(PRICE.times(DURATION)));
    assertThat(market().escrowOf(clientId)).isEqualTo(PAID_IN.minus(PRICE.times(DURATION)));
    assertSound();
  }

  /** The exit codes are those of StateCall--pc-dealids-*.json. */
  @Test
  void takesAPreCommitsDeals_whenTheyCouldBeActivatedInIt() {
    long start = driver.epoch() + 30;
    long deal = published(deal(start, false));
    assertThat(preCommitted(info(List.of(99L), 2, commD()))).as("unknown").isEqualTo(17);
    assertThat(preCommitted(info(List.of(deal, deal), 2, commD()))).as("twice").isEqualTo(16);
    assertThat(preCommitted(info(List.of(deal), 2, Optional.empty()))).as("no CommD").isEqualTo(16);
    Optional<Commitment> other = Optional.of(ChainDriver.commitment("other"));
    assertThat(preCommitted(info(List.of(deal), 2, other))).as("wrong CommD").isEqualTo(16);
    SectorPreCommitInfo good = info(List.of(deal), 2, commD());
    SectorPreCommitInfo shorter =
        new SectorPreCommitInfo(
            good.sealProof(),
            good.sectorNumber(),
            good.sealed(),
            good.sealRandEpoch(),
            good.dealIds(),
            new Epoch(start + DURATION - 1),
            good.unsealed());
    assertThat(preCommitted(shorter)).as("ends before the deal").isEqualTo(16);
    assertThat(preCommitted(good)).as("good").isZero();
    driver.stepTo(start + 1);
    assertThat(preCommitted(info(List.of(deal), 3, commD()))).as("too late").isEqualTo(32);
  }

  private long preCommitted(SectorPreCommitInfo info) {
    return driver.preCommit(miner, info).exitCode();
  }

  @Test
  void burnsTheCollateral_whenTheSectorWasFaultyTooLong() {
    long start = driver.epoch() + 30;
    long deal = published(deal(start, false));
    commit(Optional.empty(), deal);
    long end = driver.epoch() + 3 * driver.policy.provingPeriod() + 90;
    while (driver.epoch() < end && !market().deals().isEmpty()) {
      driver.chain().step(0);
    }

    assertThat(market().deals()).isEmpty();
    assertThat(market().locked()).isEmpty();
    TokenAmount paid = PRICE.times(Math.max(0, driver.epoch() - start));
    assertThat(market().escrowOf(miner)).isEqualTo(PAID_IN.plus(paid).minus(COLLATERAL));
    assertThat(market().escrowOf(clientId)).isEqualTo(PAID_IN.minus(paid));
    assertSound();
  }

  @Test
  void burnsTheCollateral_whenNoSectorCame() {
    long start = driver.epoch() + 10;
    long deal = published(deal(start, false));
    driver.stepTo(start);

    settle(deal);

    assertThat(market().deals()).isEmpty();
    assertThat(market().escrowOf(miner)).isEqualTo(PAID_IN.minus(COLLATERAL));
    assertThat(market().escrowOf(clientId)).isEqualTo(PAID_IN);
    assertThat(market().locked()).isEmpty();
    assertSound();
  }

  @Test
  void countsVerifiedBytesTenfold_whenTheClaimingSectorIsProven() {
    grantDataCap();
    long deal = published(deal(driver.epoch() + 60, true));
    long allocation = market().deal(deal).orElseThrow().allocation();
    assertThat(state().registry().dataCapOf(clientId)).isEqualTo(BigInteger.valueOf(2048));
    commit(Optional.of(new VerifiedAllocationKey(clientId, allocation)), deal);
    assertThat(state().registry().claims()).containsOnlyKeys(allocation);
    assertThat(driver.miner(miner).qualityPower()).isZero();

    long deadline = driver.locate(miner, 1).deadline();
    assertThat(driver.prove(miner, deadline, 0).exitCode()).isZero();

    assertThat(driver.miner(miner).power()).isEqualTo(BigInteger.valueOf(2048));
    assertThat(driver.miner(miner).qualityPower()).isEqualTo(BigInteger.valueOf(20_480));
  }

  /** The driver's key is the root; it makes a verifier, who gives the client two pieces' worth. */
  private void grantDataCap() {
    WalletKey verifier =
        WalletKey.derive(
            Signature.Kind.SECP256K1,
            "the key of the verifier in this test of ours".getBytes(StandardCharsets.UTF_8));
    driver.included(driver.push(verifier.address(), TokenAmount.ofFil(1), 0, Bytes.empty()));
    Receipt made =
        driver.send(
            BuiltinActors.VERIFIED_REGISTRY,
            TokenAmount.ZERO,
            2,
            writer ->
                writer
                    .array(2)
                    .address(verifier.address())
                    .bigInteger(BigInteger.valueOf(1 << 20)));
    assertThat(made.exitCode()).isZero();
    Receipt granted =
        driver.included(
            driver.push(
                verifier,
                BuiltinActors.VERIFIED_REGISTRY,
                TokenAmount.ZERO,
                4,
                new CborWriter()
                    .array(2)
                    .address(client.address())
                    .bigInteger(BigInteger.valueOf(4096))
                    .toBytes()));
    assertThat(granted.exitCode()).isZero();
  }

  @Test
  void keepsDealsAndRoots_whenRestarted() throws IOException {
    long deal = published(deal(driver.epoch() + 60, false));
    commit(Optional.empty(), deal);
    Cid root = state().root();
    MarketState before = market();

    driver.restart();

    assertThat(state().root()).isEqualTo(root);
    assertThat(market()).isEqualTo(before);
  }

  @Test
  void keepsTheOthers_whenOneDealOfABatchIsBad() {
    ClientDealProposal good = deal(driver.epoch() + 60, false);
    ClientDealProposal bad = deal(driver.epoch() - 1, false);
    ClientDealProposal unsigned =
        new ClientDealProposal(deal(driver.epoch() + 61, false).proposal(), good.clientSignature());

    Receipt receipt =
        driver.send(
            BuiltinActors.STORAGE_MARKET,
            TokenAmount.ZERO,
            MarketMethod.PUBLISH_STORAGE_DEALS,
            new PublishStorageDealsParams(List.of(bad, good, unsigned, good)));

    assertThat(PublishStorageDealsReturn.fromCbor(receipt.returnValue()).validDeals())
        .isEqualTo(BitField.of(1));
    assertThat(market().deals()).hasSize(1);
  }
}
