package io.granary.persistence.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import io.granary.protocol.ActorId;
import io.granary.protocol.Bytes;
import io.granary.protocol.Epoch;
import io.granary.protocol.actor.ClientDealProposal;
import io.granary.protocol.cid.Cid;
import io.granary.protocol.deal.DealFixtures;
import io.granary.protocol.deal.DealId;
import io.granary.protocol.machine.MachineMatrix;
import io.granary.protocol.publish.PublishFailure;
import io.granary.protocol.publish.PublishMessages;
import io.granary.protocol.publish.PublishOutcome;
import io.granary.protocol.publish.PublisherEvent;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PublisherEventCodecTest {
  private static final DealId OTHER = new DealId(new UUID(7, 8));
  private static final String INTENT = "f01000/publish/1";

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
        new PublisherEvent.BatchClosed(DealFixtures.stamp(8), INTENT));
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
}
