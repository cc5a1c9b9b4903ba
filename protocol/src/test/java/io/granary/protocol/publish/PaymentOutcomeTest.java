package io.granary.protocol.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ExitCode;
import io.granary.protocol.actor.SettleDealPaymentsReturn;
import io.granary.protocol.chain.Receipt;
import io.granary.protocol.chain.TipSetKey;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.deal.DealPayment;
import io.granary.protocol.sender.MessageReport;
import io.granary.protocol.vector.Recorded;
import io.granary.protocol.vector.Recorded.RecordedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a recorded node's market answered to settlements (recorded/deals/README.md: network version
 * 29, {@code messages/settle-*.return.json} have each return decoded beside its bytes).
 */
class PaymentOutcomeTest {
  private static final Epoch START = new Epoch(8_270);
  private static final Epoch END = new Epoch(526_670);
  private static final Cid MESSAGE = Cid.dagCborBlake2b(Bytes.fromHex("01"));

  static Stream<RecordedFile> returns() {
    return Recorded.folder("deals/messages")
        .filter(file -> file.name().matches("settle-.*\\.return\\.json"));
  }

  private static Payable payable(long id) {
    return Payable.first(
        new DealId(new UUID(3, id)), id, TokenAmount.ofAtto(1), TokenAmount.ZERO, START, END);
  }

  private static PaymentOutcome outcome(List<Payable> deals, Receipt receipt, Epoch included) {
    return PaymentOutcome.of(
        deals,
        new MessageReport.Landed(
            "f01009/settle/1", MESSAGE, receipt, TipSetKey.HEAD, included.plus(1), included));
  }

  private static List<Payable> deals(JsonNode ids) {
    List<Payable> deals = new ArrayList<>();
    ids.forEach(id -> deals.add(payable(id.asLong())));
    return deals;
  }

  @ParameterizedTest
  @MethodSource("returns")
  void saysWhatEachDealGot_asItWasRecorded(RecordedFile file) {
    Bytes returned = Bytes.fromHex(file.content().required("return_hex").asText());
    assertThat(SettleDealPaymentsReturn.fromCbor(returned).toCbor()).isEqualTo(returned);
    List<Payable> deals = deals(file.content().required("ids"));
    PaymentOutcome outcome = outcome(deals, new Receipt(0, returned, 1), new Epoch(8_284));
    assertThat(outcome.failure()).isEmpty();
    JsonNode told = file.content().required("return");
    List<Integer> refused =
        told.required("Results").required("FailCodes").findValues("Idx").stream()
            .map(JsonNode::asInt)
            .toList();
    List<String> payments = told.required("Settlements").findValuesAsText("Payment");
    int next = 0;
    for (int i = 0; i < deals.size(); i++) {
      DealId deal = deals.get(i).deal();
      if (refused.contains(i)) {
        assertThat(outcome.refused()).containsKey(deal);
      } else {
        assertThat(outcome.paid())
            .containsEntry(
                deal,
                new DealPayment(
                    MESSAGE,
                    new Epoch(8_284),
                    TokenAmount.parse(payments.get(next++)),
                    /* completed= */ false));
      }
    }
    assertThat(outcome.paid().size() + outcome.refused().size()).isEqualTo(deals.size());
  }

  @Test
  void saysWhy_whenTheMarketKeepsADealNoMore() {
    Payable deal = payable(7);
    assertThat(deal.gone(ExitCode.DEAL_EXPIRED, START.minus(1))).contains("has not begun");
    assertThat(deal.gone(ExitCode.DEAL_EXPIRED, END.minus(1))).contains("was terminated");
    assertThat(deal.gone(ExitCode.DEAL_EXPIRED, END)).contains("it ended at epoch 526670");
    assertThat(deal.gone(ExitCode.NOT_FOUND, END)).isEqualTo("exit code 17");
  }

  @Test
  void isAFailureThatPaysNothing_whenTheMessageFailedOrCannotBeRead() {
    List<Payable> deals = List.of(payable(2), payable(3));
    for (Receipt receipt :
        List.of(
            new Receipt(ExitCode.SYS_OUT_OF_GAS, Bytes.empty(), 1),
            new Receipt(0, Bytes.fromHex("80"), 1),
            new Receipt(0, Bytes.fromHex("82820180818240f4"), 1))) {
      PaymentOutcome outcome = outcome(deals, receipt, START);
      assertThat(outcome.failure()).isPresent();
      assertThat(outcome.paid()).isEmpty();
      assertThat(outcome.refused()).isEmpty();
    }
  }

  @Test
  void owesForWhatHasElapsed_andNothingBeyondItsEnd() {
    Payable deal = payable(7);
    assertThat(deal.owed(START.minus(5))).isEqualTo(TokenAmount.ZERO);
    assertThat(deal.owed(START.plus(9))).isEqualTo(TokenAmount.ofAtto(9));
    assertThat(deal.paid(START.plus(9)).owed(START.plus(10))).isEqualTo(TokenAmount.ofAtto(1));
    assertThat(deal.owed(END.plus(99))).isEqualTo(TokenAmount.ofAtto(END.since(START)));
    assertThat(deal.paid(END.plus(99)).owed(END.plus(100))).isEqualTo(TokenAmount.ZERO);
  }
}
