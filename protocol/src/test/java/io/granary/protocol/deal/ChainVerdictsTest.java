package io.granary.protocol.deal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.actor.DealProposal;
import io.granary.protocol.actor.PublishStorageDealsParams;
import io.granary.protocol.address.Address;
import io.granary.protocol.chain.CollateralBounds;
import io.granary.protocol.vector.Recorded;
import io.granary.protocol.vector.Recorded.RecordedFile;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the rules to what a real node's market actor said when asked to publish one deal each: what
 * it drops, we refuse.
 */
class ChainVerdictsTest {
  private static final String PREFIX = "StateCall--publish-";

  /** What is wrong with the deal, where something is. */
  private static final Map<String, DealRefusal> REFUSED =
      Map.ofEntries(
          Map.entry("bad-signature", DealRefusal.SIGNATURE),
          Map.entry("wrong-signer", DealRefusal.SIGNATURE),
          Map.entry("provider-coll-below", DealRefusal.COLLATERAL),
          Map.entry("client-coll-negative", DealRefusal.PRICE),
          Map.entry("price-negative", DealRefusal.PRICE),
          Map.entry("price-above-total", DealRefusal.CLIENT_FUNDS),
          Map.entry("client-insufficient", DealRefusal.CLIENT_FUNDS),
          Map.entry("duration-long", DealRefusal.DURATION),
          Map.entry("duration-short", DealRefusal.DURATION),
          Map.entry("end-before-start", DealRefusal.EPOCHS),
          Map.entry("start-past", DealRefusal.START_ELAPSED),
          Map.entry("label-257", DealRefusal.LABEL),
          Map.entry("piece-cid-commr", DealRefusal.PIECE_CID),
          Map.entry("size-64", DealRefusal.PIECE_SIZE),
          Map.entry("size-not-pow2", DealRefusal.PIECE_SIZE),
          Map.entry("verified-no-datacap", DealRefusal.DATA_CAP),
          Map.entry("provider-not-miner", DealRefusal.PROVIDER),
          Map.entry("other-provider-first", DealRefusal.PROVIDER));

  /** Dropped for what only the caller or the provider's money had to do with. */
  private static final Set<String> NOT_THE_DEALS_FAULT =
      Set.of("client-unfunded", "duplicate", "no-funds", "provider-coll-too-big", "wrong-caller");

  /** Taken by the chain, which does not look at this; Boost does, and so do we. */
  private static final Map<String, DealRefusal> STRICTER =
      Map.of(
          "duration-max", DealRefusal.END_TOO_LATE,
          "robust-provider", DealRefusal.PROVIDER,
          "size-above-sector", DealRefusal.ASK_SIZE,
          "start-far", DealRefusal.END_TOO_LATE);

  private static final Address MINER = Address.ofId(1009);

  static Stream<RecordedFile> publications() {
    return Recorded.folder("deals")
        .filter(file -> file.name().startsWith(PREFIX))
        .filter(file -> !name(file).equals("empty"));
  }

  private static String name(RecordedFile file) {
    return file.name().substring(PREFIX.length(), file.name().length() - ".json".length());
  }

  private static ClientDealProposal deal(RecordedFile file) {
    String params = file.content().required("params").get(0).required("Params").asText();
    PublishStorageDealsParams batch =
        PublishStorageDealsParams.fromCbor(Bytes.of(Base64.getDecoder().decode(params)));
    assertThat(batch.deals()).hasSize(1);
    return batch.deals().get(0);
  }

  private static boolean taken(RecordedFile file) {
    JsonNode receipt = file.content().required("result").required("MsgRct");
    return receipt.required("ExitCode").asLong() == 0;
  }

  /** The epoch of the call in which the start was the head's. */
  private static Epoch head(RecordedFile file) {
    Epoch start = deal(file).proposal().startEpoch();
    return name(file).equals("start-past") ? start.plus(1) : START_NOW;
  }

  private static final Epoch START_NOW =
      publications()
          .filter(file -> name(file).equals("start-now"))
          .map(file -> deal(file).proposal().startEpoch())
          .findFirst()
          .orElseThrow();

  @ParameterizedTest
  @MethodSource("publications")
  void refusesWhatTheChainDrops_whenRecorded(RecordedFile file) {
    String name = name(file);
    ClientDealProposal signed = deal(file);
    Optional<DealRefusal> expected =
        Optional.ofNullable(REFUSED.get(name)).or(() -> Optional.ofNullable(STRICTER.get(name)));

    assertThat(
            ProposalRules.check(signed, policy(), facts(file, signed.proposal()))
                .map(DealVerdict.Refused::refusal))
        .isEqualTo(expected);
    if (STRICTER.containsKey(name) || (expected.isEmpty() && !NOT_THE_DEALS_FAULT.contains(name))) {
      assertThat(taken(file)).as("taken by the chain").isTrue();
    } else {
      assertThat(taken(file)).as("taken by the chain").isFalse();
    }
  }

  /** Right before publication the ask does not count: what only it forbids is let through. */
  @ParameterizedTest
  @MethodSource("publications")
  void leavesOutWhatTheChainDrops_whenPublished(RecordedFile file) {
    String name = name(file);
    ClientDealProposal signed = deal(file);
    DealFacts facts = facts(file, signed.proposal());
    Optional<DealRefusal> expected =
        Optional.ofNullable(REFUSED.get(name))
            .or(() -> Optional.ofNullable(STRICTER.get(name)))
            .filter(refusal -> refusal != DealRefusal.ASK_SIZE);

    assertThat(
            new MarketRules(MINER, DealPolicy.ChainBounds.DEFAULT)
                .check(
                    signed,
                    facts.head(),
                    facts.client(),
                    facts.clientEscrow(),
                    facts.dataCapBytes(),
                    new CollateralBounds(facts.collateralMin(), facts.collateralMin()))
                .map(DealVerdict.Refused::refusal))
        .isEqualTo(expected);
  }

  @Test
  void everyKindOfAnswerIsThere_whenCounted() {
    assertThat(publications().map(ChainVerdictsTest::name))
        .containsAll(REFUSED.keySet())
        .containsAll(NOT_THE_DEALS_FAULT)
        .containsAll(STRICTER.keySet());
  }

  private static DealPolicy policy() {
    return DealPolicy.of(
        new StorageAsk(
            MINER,
            TokenAmount.ZERO,
            1,
            new Epoch(1_000_000),
            new Epoch(0),
            2048,
            128,
            TokenAmount.ZERO));
  }

  private static DealFacts facts(RecordedFile file, DealProposal proposal) {
    Address client = proposal.client();
    // README of the recording: client f01005 is the BLS key of the other deals.
    Address key = client.protocol() == 0 ? blsClient() : client;
    return new DealFacts(
        head(file),
        new DealFacts.ClientKey.Key(key),
        Set.of(),
        2048,
        new TokenAmount(proposal.providerCollateral().atto().abs()),
        name(file).equals("client-insufficient") ? TokenAmount.ZERO : TokenAmount.ofFil(1_000_000),
        Optional.empty(),
        true,
        Long.MAX_VALUE,
        Optional.empty(),
        Optional.empty());
  }

  private static Address blsClient() {
    return publications()
        .filter(file -> name(file).equals("good-statecall"))
        .map(file -> deal(file).proposal().client())
        .findFirst()
        .orElseThrow();
  }
}
