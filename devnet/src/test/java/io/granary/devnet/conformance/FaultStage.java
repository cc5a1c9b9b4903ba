package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.FakeVerifier;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.DeclareFaultsParams;
import io.granary.protocol.actor.DeclareFaultsRecoveredParams;
import io.granary.protocol.actor.DisputeWindowedPoStParams;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.SectorDeclaration;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.actor.TerminateSectorsParams;
import io.granary.protocol.actor.WithdrawBalanceParams;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.cbor.CborEncodable;
import io.granary.protocol.chain.DeadlineInfo;
import java.util.List;

/** A bad proof, its dispute, debt, recovery, a missed window, termination, withdrawal. */
final class FaultStage {
  private final Provider provider;
  private final ProvingStage proving;
  private final long deadline;

  FaultStage(Provider provider, ProvingStage proving, long deadline) {
    this.provider = provider;
    this.proving = proving;
    this.deadline = deadline;
  }

  /** After the close of a window whose proof was good. */
  void disputeOfAGoodPost() throws Exception {
    dispute("dispute-too-early", 0);
    dispute("dispute-index-1", 1);
  }

  private void dispute(String name, long index) throws Exception {
    provider.simulate(
        "StateCall--" + name,
        MinerMethod.DISPUTE_WINDOWED_POST,
        new DisputeWindowedPoStParams(deadline, index));
  }

  void badPost() throws Exception {
    DeadlineInfo open = proving.open(5);
    SubmitWindowedPoStParams bad = proving.drawn(open, FakeVerifier.bad(192), "bad-s2");
    proving.simulate("bad-post", bad);
    proving.push("wdpost-corrupted-s2", bad);
    faults("after-bad-post");
    provider.ask("StateMinerPower--after-bad-post", provider.miner, HEAD);
    provider.ask("StateMinerDeadlines--after-bad-post", provider.miner, HEAD);
    dispute("dispute-while-open", 0);
    proving.close();
    provider.ask("StateMinerDeadlines--before-dispute", provider.miner, HEAD);
    provider.ask("StateMinerAvailableBalance--before-dispute", provider.miner, HEAD);
  }

  private void faults(String when) throws Exception {
    provider.ask("StateMinerFaults--" + when, provider.miner, HEAD);
  }

  void upheldDispute() throws Exception {
    provider.push(
        "MpoolPushMessage--dispute-s2-6736",
        message(
            provider.nodeKey,
            provider.miner,
            TokenAmount.ZERO,
            MinerMethod.DISPUTE_WINDOWED_POST,
            new DisputeWindowedPoStParams(deadline, 0).toCbor()));
    faults("after-dispute");
    provider.ask("StateMinerPower--after-dispute", provider.miner, HEAD);
    provider.ask("StateMinerPartitions--after-dispute", provider.miner, deadline, HEAD);
    provider.ask("StateMinerAvailableBalance--after-dispute", provider.miner, HEAD);
    provider.ask("StateSectorGetInfo--after-dispute", provider.miner, 2, HEAD);
    provider.ask("StateSectorExpiration--after-dispute", provider.miner, 2, HEAD);
  }

  void recoveryUnderDebt() throws Exception {
    provider.simulate(
        "StateCall--neg-declare-recovered-fee-debt",
        MinerMethod.DECLARE_FAULTS_RECOVERED,
        recovery());
    provider.ask(
        "MpoolPushMessage--neg-declare-recovered-fee-debt-estimated",
        provider.toMiner(MinerMethod.DECLARE_FAULTS_RECOVERED, recovery()),
        null);
    provider.push("MpoolPushMessage--declare-recovered-s2", funded(recovery()));
    provider.ask("StateMinerRecoveries--after-declare", provider.miner, HEAD);
    faults("after-declare");
  }

  private DeclareFaultsRecoveredParams recovery() {
    return new DeclareFaultsRecoveredParams(
        List.of(new SectorDeclaration(deadline, 0, BitField.of(1, 2))));
  }

  /** A message that brings the money to pay the debt with it. */
  private JsonNode funded(CborEncodable params) {
    return message(
        provider.key,
        provider.miner,
        TokenAmount.ofFil(30),
        MinerMethod.DECLARE_FAULTS_RECOVERED,
        params.toCbor());
  }

  void recoveryWindow() throws Exception {
    DeadlineInfo open = proving.open(5);
    provider.simulate(
        "StateCall--declare-recovered-too-late", MinerMethod.DECLARE_FAULTS_RECOVERED, recovery());
    SubmitWindowedPoStParams right = proving.drawn(open, FakeVerifier.good(192), "recovery-s2");
    SubmitWindowedPoStParams wrong =
        proving.post(open, FakeVerifier.bad(192), right.chainCommitRand());
    proving.simulate("neg-recovery-post-corrupted", wrong);
    proving.refuse("neg-recovery-post-corrupted-estimated", wrong);
    proving.simulate("neg-recovery-post-other-challenge", wrong);
    proving.refuse("neg-recovery-post-other-challenge-estimated", wrong);
    proving.push("wdpost-recovery-s2", right);
    faults("after-recovery");
    provider.ask("StateMinerRecoveries--after-recovery", provider.miner, HEAD);
    provider.ask("StateMinerPower--after-recovery", provider.miner, HEAD);
    proving.close();
  }

  void missedWindow() throws Exception {
    proving.lateWindow();
    faults("after-missed");
    provider.ask("StateMinerPower--after-missed", provider.miner, HEAD);
    provider.blocks(3);
    faults("after-missed2");
  }

  void healing() throws Exception {
    provider.client.result("Filecoin.MpoolPushMessage", funded(recovery()), null);
    provider.blocks(2);
    DeadlineInfo open = proving.open(5);
    proving.push("heal-wdpost", proving.drawn(open, FakeVerifier.good(192), "heal"));
    faults("after-heal");
    provider.ask("StateMinerPower--after-heal", provider.miner, HEAD);
    provider.ask("StateMinerDeadlines--after-heal", provider.miner, HEAD);
    proving.close();
  }

  void declaredFault() throws Exception {
    provider.push(
        "MpoolPushMessage--declare-faults-s2",
        provider.toMiner(
            MinerMethod.DECLARE_FAULTS,
            new DeclareFaultsParams(List.of(new SectorDeclaration(deadline, 0, BitField.of(2))))));
    faults("after-declare-faults");
    provider.ask("StateMinerPower--after-declare-faults", provider.miner, HEAD);
  }

  void termination() throws Exception {
    provider.push(
        "MpoolPushMessage--terminate-s2",
        provider.toMiner(
            MinerMethod.TERMINATE_SECTORS,
            new TerminateSectorsParams(
                List.of(new SectorDeclaration(deadline, 0, BitField.of(2))))));
    provider.ask("StateMinerActiveSectors--after-terminate", provider.miner, HEAD);
    provider.ask("StateMinerAvailableBalance--after-terminate", provider.miner, HEAD);
    provider.ask("StateMinerPartitions--after-terminate", provider.miner, deadline, HEAD);
    provider.ask("StateMinerSectorCount--after-terminate", provider.miner, HEAD);
    provider.ask("StateSectorExpiration--after-terminate", provider.miner, 2, HEAD);
    provider.ask("StateSectorGetInfo--after-terminate", provider.miner, 2, HEAD);
    provider.ask("StateSectorPartition--after-terminate", provider.miner, 2, HEAD);
    provider.push(
        "MpoolPushMessage--withdraw",
        provider.toMiner(
            MinerMethod.WITHDRAW_BALANCE, new WithdrawBalanceParams(TokenAmount.ofFil(1))));
  }
}
