package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.TokenAmount;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.publish.EscrowBook;
import io.granary.protocol.publish.Payable;
import io.granary.protocol.publish.PaymentBook;
import io.granary.protocol.publish.PaymentOutcome;
import io.granary.protocol.publish.PublishBatch;
import io.granary.protocol.publish.PublishFailure;
import io.granary.protocol.publish.PublishMessages;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublisherEvent;
import io.granary.protocol.publish.PublisherLife;
import io.granary.protocol.publish.PublisherState;
import io.granary.protocol.publish.WaitingDeal;
import io.granary.protocol.sender.MessageIntent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class PublisherEventCodecTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "journals", "0.1.0");
  private static final JournalSerializer SERIALIZER =
      new JournalSerializer(new JournalCodecs(List.of(new PublisherEventCodec())));
  private static final DealId OTHER = new DealId(new UUID(7, 8));
  private static final String ESCROW = "publisher-escrow";
  private static final String INTENT = "f01000/publish/1";

  private static final String PAYMENTS = "publisher-payments";
  private static final String SETTLEMENT = "f01000/settle/1";
  private static final Payable PAYABLE =
      Payable.first(
          DealFixtures.ID,
          42,
          TokenAmount.ofAtto(50),
          TokenAmount.ofFil(1),
          new Epoch(11),
          new Epoch(518_411));

  private static List<PublisherEvent> events() {
    ClientDealProposal signed = DealFixtures.signed(DealFixtures.proposal());
    Cid message = Cid.dagCborBlake2b(Bytes.fromHex("01"));
    PublishFailure failure = new PublishFailure("exit code 16", true);
    return List.of(
        new PublisherEvent.DealQueued(DealFixtures.stamp(1), DealFixtures.ID, signed),
        new PublisherEvent.DealLeft(DealFixtures.stamp(2), OTHER, "start has passed"),
        new PublisherEvent.BatchRequested(
            DealFixtures.stamp(3),
            PublishMessages.intent(
                new ActorId(1000),
                1,
                PublishMessages.message(DealFixtures.CLIENT.address(), List.of(signed)),
                new Epoch(99)),
            List.of(DealFixtures.ID, OTHER)),
        new PublisherEvent.BatchLanded(
            DealFixtures.stamp(4),
            INTENT,
            new PublishOutcome(
                message,
                new Epoch(4),
                Map.of(DealFixtures.ID, 42L),
                Map.of(OTHER, "no escrow"),
                Optional.empty())),
        new PublisherEvent.BatchLanded(
            DealFixtures.stamp(4),
            INTENT,
            new PublishOutcome(message, new Epoch(4), Map.of(), Map.of(), Optional.of(failure))),
        new PublisherEvent.BatchReverted(DealFixtures.stamp(5), INTENT),
        new PublisherEvent.BatchAbandoned(DealFixtures.stamp(6), INTENT, failure),
        new PublisherEvent.BatchSettled(DealFixtures.stamp(7), INTENT),
        new PublisherEvent.BatchClosed(DealFixtures.stamp(8), INTENT),
        new PublisherEvent.EscrowTopUpAsked(
            DealFixtures.stamp(9),
            PublishMessages.topUp(
                new ActorId(1000),
                1,
                DealFixtures.CLIENT.address(),
                TokenAmount.ofFil(1),
                new Epoch(99))),
        new PublisherEvent.EscrowTopUpEnded(
            DealFixtures.stamp(10), "f01000/escrow/1", true, "exit code 0"),
        new PublisherEvent.PayableKnown(DealFixtures.stamp(11), PAYABLE),
        new PublisherEvent.PayableLeft(DealFixtures.stamp(12), DealFixtures.ID, "terminated"),
        new PublisherEvent.PaymentsAsked(
            DealFixtures.stamp(13),
            PublishMessages.settlementIntent(
                new ActorId(1000),
                1,
                PublishMessages.settlement(DealFixtures.CLIENT.address(), List.of(0L, 42L)),
                new Epoch(99)),
            List.of(DealFixtures.ID, OTHER)),
        new PublisherEvent.PaymentsLanded(
            DealFixtures.stamp(14),
            SETTLEMENT,
            new PaymentOutcome(
                DealFixtures.payment(14, 7, true).message(),
                new Epoch(14),
                Map.of(DealFixtures.ID, DealFixtures.payment(14, 7, true)),
                Map.of(OTHER, "terminated"),
                Optional.empty())),
        new PublisherEvent.PaymentsLanded(
            DealFixtures.stamp(14),
            SETTLEMENT,
            new PaymentOutcome(
                message, new Epoch(14), Map.of(), Map.of(), Optional.of("exit code 7"))),
        new PublisherEvent.PaymentsReverted(DealFixtures.stamp(15), SETTLEMENT),
        new PublisherEvent.PaymentsAbandoned(DealFixtures.stamp(16), SETTLEMENT, "no gas"),
        new PublisherEvent.PaymentsCounted(DealFixtures.stamp(17), SETTLEMENT),
        new PublisherEvent.PaymentsTold(DealFixtures.stamp(18), SETTLEMENT));
  }

  @Test
  void comesBackEqual_whenWrittenAndRead() throws IOException {
    PublisherEventCodec codec = new PublisherEventCodec();
    Set<Class<?>> kinds = new HashSet<>();
    for (PublisherEvent event : events()) {
      byte[] bytes = codec.toBytes(event);
      assertThat(codec.fromBytes(codec.manifest(event), CodedInputStream.newInstance(bytes)))
          .isEqualTo(event);
      kinds.add(event.getClass());
    }
    assertThat(kinds).isEqualTo(MachineMatrix.leaves(PublisherEvent.class));
  }

  /** What release 0.1.0 wrote ends in the state that it ended in then. */
  @Test
  void endsInTheRecordedState_whenReplayed() throws IOException {
    Set<Class<?>> kinds = new HashSet<>();
    for (String name : List.of("publisher", ESCROW, PAYMENTS)) {
      List<PublisherEvent> events =
          Files.readString(FOLDER.resolve(name + ".journal"))
              .lines()
              .map(PublisherEventCodecTest::readLine)
              .toList();
      assertThat(end(events)).isEqualTo(Files.readString(FOLDER.resolve(name + ".state")));
      events.forEach(event -> kinds.add(event.getClass()));
    }
    assertThat(kinds).isEqualTo(MachineMatrix.leaves(PublisherEvent.class));
  }

  private static PublisherEvent readLine(String line) {
    int space = line.indexOf(' ');
    return (PublisherEvent)
        SERIALIZER.fromBinary(
            Bytes.fromHex(line.substring(space + 1)).toArray(), line.substring(0, space));
  }

  private static String end(List<PublisherEvent> events) {
    PublisherState state = PublisherState.EMPTY;
    for (PublisherEvent event : events) {
      state = state.on(event);
    }
    StringBuilder text = new StringBuilder("requested = " + state.requested() + "\n");
    for (Map.Entry<DealId, WaitingDeal> each : state.queue().entrySet()) {
      WaitingDeal waiting = each.getValue();
      text.append(each.getKey() + " = waits since " + waiting.since())
          .append(", at most " + waiting.batchMax() + " in a batch, " + waiting.drops())
          .append(" drops: " + waiting.reason() + "\n");
    }
    for (PublishBatch batch : state.batches().values()) {
      for (DealId deal : batch.deals().keySet()) {
        text.append(deal + " = " + state.standing(deal) + "\n");
      }
    }
    if (state.escrow().topUps() > 0) {
      EscrowBook escrow = state.escrow();
      text.append("escrow = " + escrow.topUps() + " top-ups, " + escrow.askedThatDay())
          .append(" attoFIL on day " + escrow.day())
          .append(", open " + escrow.open().map(MessageIntent::intentId).orElse("none") + "\n");
    }
    PaymentBook payments = state.payments();
    payments.payables().values().forEach(each -> text.append("payable = " + each + "\n"));
    payments
        .batches()
        .forEach(
            (intent, batch) ->
                text.append(intent + " = " + batch.deals() + ", counts: " + batch.counts() + "\n"));
    return text.toString();
  }

  /** Writes the files of a release, once, before it: {@code -Dgranary.record=true}. */
  @Test
  @EnabledIfSystemProperty(named = "granary.record", matches = "true")
  void recordsTheRelease_whenAskedTo() throws IOException {
    PublisherLife life = new PublisherLife(new Random(24));
    List<PublisherEvent> events = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      events.add(life.next());
    }
    StringBuilder lines = new StringBuilder();
    for (PublisherEvent event : events) {
      lines
          .append(SERIALIZER.manifest(event))
          .append(' ')
          .append(Bytes.of(SERIALIZER.toBinary(event)).toHex())
          .append('\n');
    }
    write(PAYMENTS + ".journal", lines.toString());
    write(PAYMENTS + ".state", end(events));
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(
        FOLDER.resolve(name), text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
  }
}
