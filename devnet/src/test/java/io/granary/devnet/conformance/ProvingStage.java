package io.granary.devnet.conformance;

import static io.granary.devnet.conformance.Provider.HEAD;
import static io.granary.devnet.conformance.Provider.message;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.devnet.FakeVerifier;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.RegisteredPoStProof;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.MinerMethod;
import io.granary.protocol.actor.PoStPartition;
import io.granary.protocol.actor.SubmitWindowedPoStParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.bitfield.BitField;
import io.granary.protocol.chain.DeadlineInfo;
import io.granary.protocol.chain.PoStProof;
import io.granary.protocol.chain.Randomness;
import io.granary.protocol.chain.RandomnessTag;
import java.util.List;
import java.util.Optional;

/** Window PoSts, right and wrong, of the deadline that holds the provider's sectors. */
final class ProvingStage {
  private static final RegisteredPoStProof TYPE = new RegisteredPoStProof(10);

  private final Provider provider;
  private final long deadline;

  ProvingStage(Provider provider, long deadline) {
    this.provider = provider;
    this.deadline = deadline;
  }

  /** Goes to {@code into} epochs after the deadline opens next; gives it. */
  DeadlineInfo open(long into) throws Exception {
    DeadlineInfo now = provider.deadline();
    long opens = now.periodStart().value() + deadline * now.challengeWindow();
    while (opens <= now.currentEpoch().value()) {
      opens += now.provingPeriod();
    }
    provider.goTo(opens + into - 1);
    provider.blocks(1);
    return provider.deadline();
  }

  /** Goes to two epochs after the deadline that is open closes, its cron behind the head. */
  void close() throws Exception {
    provider.goTo(provider.deadline().close().value() + 1);
    provider.blocks(1);
  }

  private Bytes commitRand(Optional<String> recording, long epoch) throws Exception {
    return provider.draw(
        recording, "Tickets", RandomnessTag.POST_CHAIN_COMMIT, epoch, Bytes.empty());
  }

  /** A post of partition 0 with {@code proof}. */
  SubmitWindowedPoStParams post(DeadlineInfo open, Bytes proof, Bytes commitRand) {
    return new SubmitWindowedPoStParams(
        open.index(),
        List.of(new PoStPartition(0, BitField.empty())),
        List.of(new PoStProof(TYPE, proof)),
        open.challenge(),
        commitRand);
  }

  /** A post like the recorded one that drew its randomness under the names of {@code suffix}. */
  SubmitWindowedPoStParams drawn(DeadlineInfo open, Bytes proof, String suffix) throws Exception {
    challenge(open, "wdpost-" + suffix);
    return post(
        open,
        proof,
        commitRand(
            Optional.of("StateGetRandomnessFromTickets--poStChainCommit-" + suffix),
            open.challenge().value()));
  }

  private void challenge(DeadlineInfo open, String suffix) throws Exception {
    provider.draw(
        Optional.of("StateGetRandomnessFromBeacon--" + suffix),
        "Beacon",
        RandomnessTag.WINDOWED_POST_CHALLENGE_SEED,
        open.challenge().value(),
        Randomness.minerEntropy(Address.parse(provider.miner).requireId()));
  }

  /** Everything that was tried wrongly while the window was open; then the good one. */
  void firstWindow() throws Exception {
    DeadlineInfo open = open(20);
    Bytes good = FakeVerifier.good(192);
    SubmitWindowedPoStParams right = drawn(open, good, "neg-s1");
    simulate("post-good-statecall", right);
    simulate("neg-post-empty-proof", post(open, Bytes.empty(), right.chainCommitRand()));
    simulate("neg-post-long-proof", post(open, FakeVerifier.good(193), right.chainCommitRand()));
    PoStProof proof = right.proofs().get(0);
    simulate("neg-post-two-proofs", withProofs(right, List.of(proof, proof)));
    PoStProof old = new PoStProof(new RegisteredPoStProof(5), good);
    simulate("neg-post-old-type", withProofs(right, List.of(old)));
    wrongCommitEpochs(open, right);
    Bytes wrongRand = flipped(right.chainCommitRand());
    simulate("neg-post-commit-rand-wrong", post(open, good, wrongRand));
    refuse("neg-post-commit-rand-wrong-estimated", post(open, good, wrongRand));
    simulate("neg-post-wrong-deadline", at(right, deadline + 1, 0, BitField.empty()));
    simulate("neg-post-wrong-partition", at(right, deadline, 7, BitField.empty()));
    simulate("neg-post-all-skipped", at(right, deadline, 0, BitField.of(1)));
    provider.ask(
        "StateCall--neg-post-wrong-caller",
        message(
            provider.nodeKey,
            provider.miner,
            TokenAmount.ZERO,
            MinerMethod.SUBMIT_WINDOWED_POST,
            right.toCbor()),
        HEAD);
    push("wdpost-good-s1", right);
    simulate("neg-post-twice-same-window", right);
    refuse("neg-post-twice-same-window-estimated", right);
    close();
    simulate("neg-post-twice", right);
    refuse("neg-post-twice-estimated", right);
  }

  private void wrongCommitEpochs(DeadlineInfo open, SubmitWindowedPoStParams right)
      throws Exception {
    long before = open.challenge().value() - 1;
    SubmitWindowedPoStParams early =
        committing(
            right,
            before,
            commitRand(
                Optional.of("StateGetRandomnessFromTickets--poStChainCommit-neg-before"), before));
    simulate("neg-post-commit-epoch-before-challenge", early);
    refuse("neg-post-commit-epoch-before-challenge-estimated", early);
    simulate(
        "neg-post-commit-epoch-future",
        committing(right, provider.height() + 5, right.chainCommitRand()));
    long opened = open.open().value() + 1;
    simulate(
        "neg-post-commit-epoch-open-plus1",
        committing(
            right,
            opened,
            commitRand(
                Optional.of("StateGetRandomnessFromTickets--poStChainCommit-open1"), opened)));
    long head = provider.height();
    SubmitWindowedPoStParams atHead =
        committing(
            right,
            head,
            commitRand(
                Optional.of("StateGetRandomnessFromTickets--poStChainCommit-neg-head"), head));
    provider.blocks(1); // as then: the head had moved on when the call came
    simulate("neg-post-commit-epoch-head", atHead);
  }

  /** The last sector's window passes without a proof; a late one is refused. */
  void lateWindow() throws Exception {
    DeadlineInfo open = open(20);
    SubmitWindowedPoStParams late = drawn(open, FakeVerifier.good(192), "late-s2");
    close();
    simulate("neg-post-late", late);
    refuse("neg-post-late-estimated", late);
  }

  void simulate(String name, SubmitWindowedPoStParams params) throws Exception {
    provider.simulate("StateCall--" + name, MinerMethod.SUBMIT_WINDOWED_POST, params);
  }

  void refuse(String name, SubmitWindowedPoStParams params) throws Exception {
    provider.ask(
        "MpoolPushMessage--" + name,
        provider.toMiner(MinerMethod.SUBMIT_WINDOWED_POST, params),
        null);
  }

  JsonNode push(String name, SubmitWindowedPoStParams params) throws Exception {
    return provider.push(
        "MpoolPushMessage--" + name, provider.toMiner(MinerMethod.SUBMIT_WINDOWED_POST, params));
  }

  private static Bytes flipped(Bytes value) {
    byte[] bytes = value.toArray();
    bytes[0] ^= 1;
    return Bytes.of(bytes);
  }

  private static SubmitWindowedPoStParams withProofs(
      SubmitWindowedPoStParams params, List<PoStProof> proofs) {
    return new SubmitWindowedPoStParams(
        params.deadline(),
        params.partitions(),
        proofs,
        params.chainCommitEpoch(),
        params.chainCommitRand());
  }

  private static SubmitWindowedPoStParams committing(
      SubmitWindowedPoStParams params, long epoch, Bytes randomness) {
    return new SubmitWindowedPoStParams(
        params.deadline(), params.partitions(), params.proofs(), new Epoch(epoch), randomness);
  }

  private static SubmitWindowedPoStParams at(
      SubmitWindowedPoStParams params, long deadline, long partition, BitField skipped) {
    return new SubmitWindowedPoStParams(
        deadline,
        List.of(new PoStPartition(partition, skipped)),
        params.proofs(),
        params.chainCommitEpoch(),
        params.chainCommitRand());
  }
}
